using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Planning;

/// <summary>A field that both the source and Stripe may change.</summary>
internal static class Shared
{
    /// <summary>Whether the source's changed value is sent. Where Stripe changed it too, <c>on_conflict</c> decides; <c>newest</c> needs
    /// the time of Stripe's edit, which events tell: until these are read it asks, like <c>ask</c>.</summary>
    public static bool Decide(PlanInput input, FieldPath path, DesiredField field, ref string? conflict)
    {
        var type = input.Map.Type;
        var sent = input.State.Base.GetValueOrDefault(path.ToString())?.Value ?? FieldValue.Nothing;
        if (input.Observed!.Shows(type, path, sent)) return true;
        switch (field.OnConflict)
        {
            case ConflictPolicy.SourceWins: return true;
            case ConflictPolicy.StripeWins: return false;
            case ConflictPolicy.Newest or ConflictPolicy.Ask or null:
                conflict ??= $"{path} changed on both sides: the row says {FieldValueJson.ToJson(field.Value)}, Stripe shows {FieldValueJson.ToJson(input.Observed!.At(path))}";
                return false;
            default: throw new InvalidOperationException($"conflict policy {field.OnConflict}");
        }
    }
}
