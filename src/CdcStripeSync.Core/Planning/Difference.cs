using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Planning;

/// <summary>Which owned fields differ from what Stripe last confirmed, and how each can be changed.</summary>
/// <param name="Updates">Fields that an update changes; none clears.</param>
/// <param name="Immutable">Fields that need a new object.</param>
/// <param name="Uncleared">A field that became null and cannot be cleared.</param>
/// <param name="Conflict">A shared field that both sides changed and nobody decides.</param>
/// <param name="NeedsRead">A shared field changed: the object is read first.</param>
internal sealed record Difference(
    ImmutableSortedDictionary<FieldPath, FieldValue> Updates, ImmutableArray<FieldPath> Immutable, FieldPath? Uncleared, string? Conflict, bool NeedsRead)
{
    private static readonly FieldPath TaxBehavior = FieldPath.Parse("tax_behavior");

    public static Difference Of(PlanInput input, string? parentId)
    {
        var updates = ImmutableSortedDictionary.CreateBuilder<FieldPath, FieldValue>();
        var immutable = ImmutableArray.CreateBuilder<FieldPath>();
        FieldPath? uncleared = null;
        string? conflict = null;
        var needsRead = false;
        foreach (var (path, field) in input.Desired.Fields)
        {
            if (field.Owner == Owner.SourceOnCreate || Equal(input, path, field.Value)) continue;
            if (path == Creation.LookupKey && !field.Value.IsNone && !input.Claims.LookupKeyWon) continue;
            var value = field.Value;
            if (field.Owner == Owner.Shared)
            {
                needsRead = true;
                if (input.Observed is { } observed && !Shared.Decide(input, path, field, observed.At(path), ref conflict)) continue;
            }

            var type = input.Map.Type.Field(path, FieldUse.Update);
            if (type is null || (path == TaxBehavior && !Unspecified(input, path)))
            {
                immutable.Add(path);
            }
            else if (value.IsNone && !type.CanClear)
            {
                if (field.OnNull == OnNull.Clear) uncleared ??= path;
            }
            else if (!value.IsNone || field.OnNull == OnNull.Clear)
            {
                updates[path] = value;
            }
        }

        if (parentId is not null && input.Map.Parent is { } parent && input.State.ParentStripeId is { } was && was != parentId
            && input.Map.Type.Field(parent.Field, FieldUse.Update) is null)
            immutable.Add(parent.Field);
        if (input.Map.Type.HasMetadata && input.State.Base.GetValueOrDefault(Creation.KeyPath.ToString())?.Value is { } carried && carried != Creation.KeyOf(input.State))
            updates[Creation.KeyPath] = Creation.KeyOf(input.State);
        return new Difference(updates.ToImmutable(), immutable.ToImmutable(), uncleared, conflict, needsRead);
    }

    /// <summary>A nested object is sent with all its desired members when one of them changed, so that none is lost whether Stripe
    /// merges or replaces it; metadata is sent key by key, since others write there too.</summary>
    public static IEnumerable<KeyValuePair<FieldPath, FieldValue>> WithWholeObjects(PlanInput input, ImmutableSortedDictionary<FieldPath, FieldValue> updates)
    {
        var objects = updates.Keys.Where(p => !p.IsRoot && !p.IsMetadataKey && input.Map.Type.Fields.GetValueOrDefault(p.Root)?.Kind == FieldKind.Object)
            .Select(p => p.Root).ToHashSet(StringComparer.Ordinal);
        foreach (var root in objects)
        {
            var members = input.Desired.Fields.Where(f => f.Key.Root == root && f.Value.Owner != Owner.SourceOnCreate).ToList();
            if (members.TrueForAll(m => m.Value.Value.IsNone)) yield return KeyValuePair.Create(FieldPath.Parse(root), FieldValue.Nothing);
            else
            {
                foreach (var (path, field) in members) yield return KeyValuePair.Create(path, field.Value);
            }
        }

        foreach (var update in updates.Where(u => u.Key.IsRoot || u.Key.IsMetadataKey || !objects.Contains(u.Key.Root))) yield return update;
    }

    private static bool Equal(PlanInput input, FieldPath path, FieldValue desired) =>
        FieldNormaliser.AreEqual(input.Map.Type, path, desired, input.State.Base.GetValueOrDefault(path.ToString())?.Value ?? FieldValue.Nothing);

    /// <summary>Stripe lets <c>tax_behavior</c> be specified once.</summary>
    private static bool Unspecified(PlanInput input, FieldPath path) =>
        input.State.Base.GetValueOrDefault(path.ToString())?.Value is null or FieldValue.None or FieldValue.Text { Value: "unspecified" };
}
