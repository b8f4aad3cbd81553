using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping.Evaluation;

/// <summary>An object whose member required by Stripe has no value is left out whole: its other members have none either.</summary>
internal static class ObjectGroups
{
    /// <param name="isInStripe">Whether Stripe may have the object at a path: there, a member without a value that is left to Stripe has Stripe's.</param>
    /// <returns>The fields, without a value where they are left out.</returns>
    public static ImmutableSortedDictionary<FieldPath, DesiredField> Standing(ResourceType type, ImmutableSortedDictionary<FieldPath, DesiredField> fields, Func<FieldPath, bool> isInStripe)
    {
        var objects = fields.Keys.SelectMany(Around).Distinct().OrderByDescending(p => p.Segments.Length);
        foreach (var outer in objects.ToList())
        {
            if (type.Field(outer) is not { Kind: FieldKind.Object } group) continue;
            var isIncomplete = group.Members.Any(m => m.Value.Required && HasNoValue(outer.Append(m.Key), fields, () => isInStripe(outer)));
            if (!isIncomplete) continue;
            fields = fields.SetItems(fields.Where(f => f.Key != outer && outer.Contains(f.Key)).Select(f => KeyValuePair.Create(f.Key, f.Value with { Value = FieldValue.Nothing })));
        }

        return fields;
    }

    /// <summary>Has no value, which changes nothing of an object that has one.</summary>
    public static bool IsLeftToStripe(DesiredField field) => field.Value.IsNone && (field.Owner == Owner.SourceOnCreate || field.OnNull == OnNull.Leave);

    /// <summary>The member is mapped (itself or by its own members) and nothing of it has a value. One that is unknown or wrong is not here and decides nothing.</summary>
    private static bool HasNoValue(FieldPath member, ImmutableSortedDictionary<FieldPath, DesiredField> fields, Func<bool> isInStripe)
    {
        var parts = fields.Where(f => member.Contains(f.Key)).Select(f => f.Value).ToList();
        return parts.Count > 0 && parts.TrueForAll(p => p.Value.IsNone) && !(parts.Exists(IsLeftToStripe) && isInStripe());
    }

    private static IEnumerable<FieldPath> Around(FieldPath path)
    {
        for (var outer = path.Parent; outer is not null; outer = outer.Value.Parent) yield return outer.Value;
    }
}
