using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Planning;

/// <summary>Which owned fields differ from what Stripe last confirmed, and how each can be changed.</summary>
/// <param name="Updates">Fields that an update changes; none clears.</param>
/// <param name="Immutable">Fields that need a new object.</param>
/// <param name="Known">Fields that need no request although Base differs: Stripe shows the value already, or keeps its own.</param>
/// <param name="Uncleared">A field that became null and cannot be cleared.</param>
/// <param name="Conflict">A shared field that both sides changed and nobody decides.</param>
/// <param name="NeedsRead">What Stripe shows decides: the object is read first.</param>
internal sealed record Difference(
    ImmutableSortedDictionary<FieldPath, FieldValue> Updates, ImmutableArray<FieldPath> Immutable, ImmutableSortedDictionary<FieldPath, FieldValue> Known,
    FieldPath? Uncleared, string? Conflict, bool NeedsRead)
{
    private static readonly FieldPath TaxBehavior = FieldPath.Parse("tax_behavior");

    public static Difference Of(PlanInput input, string? parentId)
    {
        var updates = ImmutableSortedDictionary.CreateBuilder<FieldPath, FieldValue>();
        var immutable = ImmutableArray.CreateBuilder<FieldPath>();
        var known = ImmutableSortedDictionary.CreateBuilder<FieldPath, FieldValue>();
        FieldPath? uncleared = null;
        string? conflict = null;
        var needsRead = false;
        foreach (var (path, field) in input.Desired.Fields)
        {
            if (!IsChanged(input, path, field)) continue;
            var type = input.Map.Type.Field(path, FieldUse.Update);
            var isMoment = field.Owner == Owner.Shared || IsOfTheObject(input, path);
            needsRead |= isMoment;
            if (isMoment && input.Observed is not { }) continue;
            if (isMoment && input.Observed!.Shows(input.Map.Type, path, field.Value, Sent(input, path)))
            {
                known[path] = field.Value;
            }
            else if (field.Owner == Owner.Shared && !Shared.Decide(input, path, field, ref conflict))
            {
                if (field.OnConflict == ConflictPolicy.StripeWins) known[path] = field.Value;
            }
            else if (type is null || IsFixed(input, path, field.Value))
            {
                immutable.Add(path);
            }
            else if (field.Value.IsNone && !type.CanClear)
            {
                uncleared ??= path;
            }
            else
            {
                updates[path] = field.Value;
            }
        }

        if (HasMoved(input, parentId))
        {
            var field = input.Map.Parent!.Field;
            if (input.Map.Type.Field(field, FieldUse.Update) is null) immutable.Add(field);
            else if (parentId is not null) updates[field] = FieldValue.Of(parentId); // an update names the new parent (a plan's product): no new object is needed
            else uncleared ??= field;
        }

        if (input.Map.Type.HasMetadata && input.State.Base.GetValueOrDefault(Creation.KeyPath.ToString())?.Value is { } carried && carried != Creation.KeyOf(input.State))
            updates[Creation.KeyPath] = Creation.KeyOf(input.State);
        return new Difference(updates.ToImmutable(), immutable.ToImmutable(), known.ToImmutable(), uncleared, conflict, needsRead);
    }

    /// <summary>No value, and Stripe's is to stay.</summary>
    public static bool IsLeft(DesiredField field) => field.Value.IsNone && field.OnNull == OnNull.Leave;

    /// <summary>The source says something else than Stripe last confirmed.</summary>
    public static bool IsChanged(PlanInput input, FieldPath path, DesiredField field) =>
        field.Owner != Owner.SourceOnCreate && !IsLeft(field)
        && !(path == Creation.LookupKey && !field.Value.IsNone && !input.Claims.LookupKeyWon)
        && !FieldNormaliser.AreEqual(input.Map.Type, path, field.Value, Sent(input, path));

    /// <summary>The row names another parent than its object has, or one where that has none, or none.</summary>
    public static bool HasMoved(PlanInput input, string? parentId) => input.Map.Parent is not null && input.State.ParentStripeId != parentId;

    public static FieldValue Sent(PlanInput input, FieldPath path) => input.State.Base.GetValueOrDefault(path.ToString())?.Value ?? FieldValue.Nothing;

    /// <summary>Stripe lets a price's <c>tax_behavior</c> be specified once, and may have got it from the account's settings; a currency is added once, by
    /// whomever: only the object tells.</summary>
    private static bool IsOfTheObject(PlanInput input, FieldPath path) => input.Map.Type.Name == "price" && (path == TaxBehavior || CurrencyOptions.Is(input.Map.Type, path));

    /// <summary>Updatable by its name, and yet not with a value that stands: another value needs another object.</summary>
    private static bool IsFixed(PlanInput input, FieldPath path, FieldValue wanted)
    {
        if (!IsOfTheObject(input, path)) return false;
        return CurrencyOptions.Is(input.Map.Type, path)
            ? CurrencyOptions.Added(input, path, wanted) is null
            : input.Observed!.At(path) is not (FieldValue.None or FieldValue.Text { Value: "unspecified" });
    }
}
