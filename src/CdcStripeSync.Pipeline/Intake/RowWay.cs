using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>What a change means for one resource of its table. Pure.</summary>
internal readonly record struct RowWay
{
    /// <summary>Whose row it changes; null where nobody's, or where that comes with the other half of a key change.</summary>
    public EntityKey? Changed { get; private init; }

    /// <summary>The row goes from one key to another; with it the row as far as the change tells its new key.</summary>
    public (EntityKey From, EntityKey To, Row Row)? Moved { get; private init; }

    /// <summary>The row's key until now, where it has none any more that an object is kept under: for this one it has gone.</summary>
    public EntityKey? Ended { get; private init; }

    /// <summary>Why the resource cannot have the change.</summary>
    public (string Error, string Hint)? Failure { get; private init; }

    /// <summary>A column of the row's key is null, and the change ends nothing: such a row has no object.</summary>
    public bool IsOfNoObject { get; private init; }

    /// <summary>All rows that it concerns.</summary>
    public IEnumerable<EntityKey> Keys => new[] { Changed, Moved?.From, Moved?.To, Ended }.OfType<EntityKey>().Distinct();

    public static RowWay Of(ResourceMap map, ChangeEvent change)
    {
        var row = KeyRow(change);
        if (map.KeyOf(change.Table, row) is not { } key)
        {
            if (!HasNull(map, row) || !TellsNulls(change)) return new RowWay { Failure = Missing(map, change) };
            return TellsWhatItWas(map, change) ? WithoutKey(Earlier(map, change)) : new RowWay { Failure = Unsaid(map, change) };
        }

        if (!KeySize.Fits(key)) return new RowWay { Failure = TooLong(map, key), Ended = Earlier(map, change) };
        if (change.NewKey is { } fresh) return Leaves(map, change, key, fresh);
        return new RowWay { Changed = key, Moved = Earlier(map, change) is { } old && old != key ? (old, key, change.After ?? Row.Empty) : null };
    }

    /// <summary>The key comes from the row: after, else before; a column that is not in it (<c>column.exclude.list</c> leaves it in the record's key), from there.</summary>
    private static Row KeyRow(ChangeEvent change) => (change.After ?? change.Before)?.FoldOnto(change.RecordKey) ?? change.RecordKey;

    /// <summary>The delete half of a key change: the row's image comes with the other half.</summary>
    private static RowWay Leaves(ResourceMap map, ChangeEvent change, EntityKey key, Row fresh)
    {
        var row = fresh.FoldOnto(KeyRow(change));
        if (map.KeyOf(change.Table, row) is not { } to) return HasNull(map, row) ? WithoutKey(key) : default;
        if (to == key) return default;
        return KeySize.Fits(to) ? new RowWay { Moved = (key, to, fresh) } : new RowWay { Failure = TooLong(map, to), Ended = key };
    }

    private static RowWay WithoutKey(EntityKey? ended) => new() { Ended = ended, IsOfNoObject = ended is null };

    /// <summary>The key that the row had before, where the change tells it. Under one that is too long no row is kept.</summary>
    private static EntityKey? Earlier(ResourceMap map, ChangeEvent change) =>
        Was(change) is { } before && map.KeyOf(change.Table, before) is { } key && KeySize.Fits(key) ? key : null;

    /// <summary>The row before. A changed record's key names it; where the resource's is another, an update's image of before alone does.</summary>
    private static Row? Was(ChangeEvent change) =>
        change.OldKey is { } old ? old.FoldOnto(change.After ?? Row.Empty) : change.After is null ? null : change.Before?.FoldOnto(change.RecordKey);

    private static bool HasNull(ResourceMap map, Row row) => map.KeyColumns.Any(c => row[c].IsNull);

    /// <summary>A null is the row's own. A delete's may be Debezium's, in the record's key too, which knew no more of the row (REPLICA IDENTITY DEFAULT);
    /// not where it tells other columns than the key's, and not in half of a key change, which takes an image of the row before.</summary>
    private static bool TellsNulls(ChangeEvent change) =>
        change.After is not null || change.NewKey is not null || (change.RecordKey.Count > 0 && change.Before?.Any(c => !change.RecordKey.Has(c.Key)) == true);

    /// <summary>A row whose key is null now may have had one, unless it is new; an update tells it with an image of before alone.</summary>
    private static bool TellsWhatItWas(ResourceMap map, ChangeEvent change) =>
        change.Op != ChangeOp.Update || change.OldKey is not null || map.KeyColumns.All(change.RecordKey.Has)
        || (Was(change) is { } before && map.KeyColumns.All(c => !before[c].IsUnavailable));

    private static (string Error, string Hint) Unsaid(ResourceMap map, ChangeEvent change) => (
        $"the row's key for {map.Name} ({string.Join(", ", map.KeyColumns)}) is null, and this {change.Op} event of {change.Table} does not tell what it was before: an object that the row had could not be found",
        "set REPLICA IDENTITY FULL for the table; see `cdc-stripe check`. Where the row never had a key, discard the letter");

    private static (string Error, string Hint) Missing(ResourceMap map, ChangeEvent change) => (
        $"the key columns {string.Join(", ", map.KeyColumns)} of {map.Name} are not in this {change.Op} event of {change.Table}",
        "with message.key.columns a table needs REPLICA IDENTITY FULL, and where it has that, records with schemas (Avro, or value.converter.schemas.enable=true): without them nothing tells a deleted row from one that was filled in; see `cdc-stripe check`");

    private static (string Error, string Hint) TooLong(ResourceMap map, EntityKey key) => (
        $"the row's key for {map.Name} is longer than the {KeySize.MostBytes} bytes that a row is found by: {KeySize.Bytes(key.Key)} bytes",
        $"choose a shorter column for the key of {map.Name}, or shorten the row's; until then the row has no object");
}
