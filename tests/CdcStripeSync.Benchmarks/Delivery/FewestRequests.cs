using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>The fewest writes that lead from a first load to the last state of every row, told from what its first and its last image want.</summary>
/// <remarks>One write tells a changed object. A price's amount, currency or interval is a successor: one write makes it, one moves its product's default
/// where it is that, one ends the old price unless that had ended before.</remarks>
internal sealed class FewestRequests(Mapping mapping)
{
    private readonly Dictionary<EntityKey, (Desired? First, Desired? Last, int Changes)> _rows = [];

    /// <summary>Changes of mapped tables.</summary>
    public int Changes => _rows.Values.Sum(r => r.Changes);

    /// <summary>Objects with a change.</summary>
    public int Touched => _rows.Values.Count(r => r.Changes > 0);

    /// <summary>Of these, objects that are not in the end what they were in the beginning.</summary>
    public int Changed => _rows.Values.Count(r => Of(r.First, r.Last) > 0);

    public int Hottest => _rows.Values.Max(r => r.Changes);

    public int Writes => _rows.Values.Sum(r => Of(r.First, r.Last));

    /// <returns>Whether it belongs to the first load.</returns>
    public bool Add(ChangeEvent change)
    {
        var isFirst = change.Snapshot != SnapshotKind.Streamed;
        if (mapping.For(change.Table).FirstOrDefault() is not { } map || map.KeyOf(change.Table, change.After ?? change.RecordKey) is not { } key) return isFirst;
        if (change.OldKey is { } old && map.KeyOf(change.Table, old.FoldOnto(change.After ?? Row.Empty)) is { } from && from != key && _rows.Remove(from, out var moved)) _rows[key] = moved;
        if (change.NewKey is not null) return isFirst;
        var known = _rows.GetValueOrDefault(key);
        var wanted = change.After is { } row ? DesiredState.Of(map, row) : null;
        _rows[key] = isFirst ? (wanted, wanted, 0) : (known.First, wanted, known.Changes + 1);
        return isFirst;
    }

    private static int Of(Desired? first, Desired? last)
    {
        var (was, wasDefault) = (first is { Exists: true }, IsDefault(first));
        var (isThere, isDefault) = (last is { Exists: true }, IsDefault(last));
        if (!was) return !isThere ? 0 : isDefault ? 2 : 1;
        if (!isThere) return first!.ParentKey is null && first.StripeId is null ? 0 : wasDefault ? 2 : 1; // a customer is kept
        var differing = Owned(first!).Keys.Union(Owned(last!).Keys).Where(path => !Equals(Owned(first!).GetValueOrDefault(path), Owned(last!).GetValueOrDefault(path))).ToList();
        if (last!.ParentKey is not null && differing.Exists(IsFixed)) return 1 + (isDefault ? 1 : 0) + (IsActive(first!) ? 1 : 0);
        return (differing.Count > 0 ? 1 : 0) + (isDefault && !wasDefault ? 1 : 0);
    }

    private static Dictionary<FieldPath, FieldValue> Owned(Desired wanted) =>
        wanted.Fields.Where(f => f.Value.Owner == Owner.Source).ToDictionary(f => f.Key, f => f.Value.Value);

    /// <summary>Stripe never changes it in a price that exists.</summary>
    private static bool IsFixed(FieldPath path) => path.ToString() is "unit_amount_decimal" or "currency" || path.ToString().StartsWith("recurring", StringComparison.Ordinal);

    private static bool IsDefault(Desired? wanted) => wanted is { Exists: true, IsDefault: true } && IsActive(wanted);

    private static bool IsActive(Desired wanted) => wanted.Fields.GetValueOrDefault(FieldPath.Parse("active"))?.Value is not FieldValue.Boolean { Value: false };
}
