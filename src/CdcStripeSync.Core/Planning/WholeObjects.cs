using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Planning;

/// <summary>An update of members of a nested object. One that Stripe replaces as a whole (<c>address</c>) is sent with all that it is to hold: what the
/// source says, and of the rest what Stripe shows. Of any other (<c>invoice_settings</c>) all that the source says is sent, so that none of it is
/// lost whichever way Stripe takes it. Metadata is sent key by key, since others write there too.</summary>
/// <remarks>A member without a value is left out: Stripe refuses an empty text where it does not say that it takes one, and a whole that comes without
/// the member has it no more. Where nothing is left of a whole, it is cleared.</remarks>
internal static class WholeObjects
{
    /// <summary>A whole has members that only Stripe can tell.</summary>
    public static bool NeedRead(PlanInput input, ImmutableSortedDictionary<FieldPath, FieldValue> updates) =>
        Wholes(input, updates).Any(whole => Others(input, whole, updates).Any());

    /// <param name="updates">Fields that differ.</param>
    /// <returns>What is sent for them.</returns>
    public static IEnumerable<KeyValuePair<FieldPath, FieldValue>> Of(PlanInput input, ImmutableSortedDictionary<FieldPath, FieldValue> updates)
    {
        foreach (var whole in Wholes(input, updates))
        {
            foreach (var member in OfWhole(input, whole, updates)) yield return member;
        }

        var roots = updates.Keys.Where(p => IsMember(input, p)).Select(p => p.Root).ToHashSet(StringComparer.Ordinal);
        foreach (var (path, field) in input.Desired.Fields.Where(f => IsMember(input, f.Key) && roots.Contains(f.Key.Root)))
        {
            if (updates.ContainsKey(path) || (IsSourceFields(field) && !field.Value.IsNone && input.Map.Type.Field(path, FieldUse.Update) is not null)) yield return KeyValuePair.Create(path, field.Value);
        }

        foreach (var (path, value) in updates.Where(u => input.Map.Type.Whole(u.Key) is null && !IsMember(input, u.Key)))
            yield return KeyValuePair.Create(path, CurrencyOptions.Is(input.Map.Type, path) ? CurrencyOptions.Added(input, path, value) ?? value : value);
    }

    private static IEnumerable<KeyValuePair<FieldPath, FieldValue>> OfWhole(PlanInput input, FieldPath whole, ImmutableSortedDictionary<FieldPath, FieldValue> updates)
    {
        var told = input.Desired.Fields.Where(f => whole.Contains(f.Key) && IsTold(f.Key, f.Value, updates)).Select(f => KeyValuePair.Create(f.Key, f.Value.Value)).ToList();
        var others = Others(input, whole, updates).Select(o => KeyValuePair.Create(o.Path, Inheritance.Request(o.Type, input.Observed!.At(o.Path)))).Where(o => !o.Value.IsNone).ToList();
        if (told.TrueForAll(m => m.Value.IsNone) && !CanStand(input.Map.Type.Field(whole)!, whole, others)) return [KeyValuePair.Create(whole, FieldValue.Nothing)];
        return others.Concat(told.Where(m => !m.Value.IsNone || (updates.ContainsKey(m.Key) && input.Map.Type.ClearsAlone(m.Key))));
    }

    /// <summary>Something is left, and nothing that Stripe requires of the whole is missing.</summary>
    private static bool CanStand(FieldType type, FieldPath whole, List<KeyValuePair<FieldPath, FieldValue>> left) =>
        left.Count > 0 && type.Members.All(m => !m.Value.Required || left.Exists(v => whole.Append(m.Key).Contains(v.Key)));

    /// <summary>Members whose value the source does not say.</summary>
    private static IEnumerable<(FieldPath Path, FieldType Type)> Others(PlanInput input, FieldPath whole, ImmutableSortedDictionary<FieldPath, FieldValue> updates) =>
        Leaves(whole, input.Map.Type.Field(whole)!).Where(leaf => !input.Desired.Fields.Any(f => f.Key.Contains(leaf.Path) && IsTold(f.Key, f.Value, updates)));

    private static IEnumerable<(FieldPath Path, FieldType Type)> Leaves(FieldPath path, FieldType type) =>
        type.Kind != FieldKind.Object ? [(path, type)] : type.Members.Where(m => m.Value.InUpdate).SelectMany(m => Leaves(path.Append(m.Key), m.Value));

    private static bool IsTold(FieldPath path, DesiredField field, ImmutableSortedDictionary<FieldPath, FieldValue> updates) => updates.ContainsKey(path) || IsSourceFields(field);

    private static bool IsSourceFields(DesiredField field) => field.Owner == Owner.Source && !Difference.IsLeft(field);

    private static HashSet<FieldPath> Wholes(PlanInput input, ImmutableSortedDictionary<FieldPath, FieldValue> updates) =>
        [.. updates.Keys.Select(input.Map.Type.Whole).OfType<FieldPath>()];

    /// <summary>Of an object that Stripe does not replace.</summary>
    private static bool IsMember(PlanInput input, FieldPath path) =>
        !path.IsRoot && !path.IsMetadataKey && input.Map.Type.Fields.GetValueOrDefault(path.Root)?.Kind == FieldKind.Object && input.Map.Type.Whole(path) is null;
}
