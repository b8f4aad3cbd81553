using System.Collections.Concurrent;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Unchanged;

/// <summary>Rows that are settled, so that a record which says the same of its row is passed without decoding, folding or planning it.</summary>
/// <remarks>
/// Why that is right. A row stands here only while its lane is idle: <see cref="Forget"/> is called, under the lanes' lock, with any work for
/// its key, and <see cref="Keep"/> when the lane ends with nothing parked, unfinished or waiting. So the plan for this very image was "nothing
/// to do", and stays so while the row, its claims (whose loss is work for the lane) and the Links it refers to (<see cref="LinksChanged"/>) stay.
/// The position must still grow: after a change of the partition count an older event of the row may arrive in another partition, later. It is
/// kept with the row and written through the row's lane, as an event that says what is settled; until then the offset of the first record
/// whose position waits stays unsettled, so that a crash reads it again and finds it unchanged again.
/// </remarks>
public sealed class SettledRows(IRecordImages images, ulong seed)
{
    private const int MostRows = 100_000;
    private const long MostBytes = 256L << 20;
    private readonly ConcurrentDictionary<EntityKey, SettledRow> _rows = new();
    private readonly List<PartitionRows> _partitions = [];
    private long _links;
    private long _bytes;
    private int _count;

    /// <summary>Counts changes of Links: rows settled before one may have to be planned again.</summary>
    public long Links => Volatile.Read(ref _links);

    public int Count => Volatile.Read(ref _count);

    /// <summary>A partition's book.</summary>
    public PartitionRows NewPartition(PartitionId partition)
    {
        var rows = new PartitionRows(this, partition, images, seed);
        lock (_partitions) _partitions.Add(rows);
        return rows;
    }

    public RecordImage? ImageOf(SourceRecord record, ChangeEvent change) => images.Of(record, change);

    /// <summary>An entity got another object, or another phase: what its children refer to.</summary>
    /// <returns>The count after it.</returns>
    public long LinksChanged() => Interlocked.Increment(ref _links);

    /// <returns>Rows that were given up for it, whose positions wait to be written.</returns>
    public IReadOnlyList<SettledRow> Keep(SettledRow row)
    {
        var left = Volatile.Read(ref _count) >= MostRows || Interlocked.Read(ref _bytes) > MostBytes ? Clear() : [];
        Forget(row.Key);
        _rows[row.Key] = row;
        Interlocked.Increment(ref _count);
        Interlocked.Add(ref _bytes, row.Image.Bytes.Length);
        row.Home.Put(row);
        return left;
    }

    /// <summary>Work comes for this key: its records are decoded until it is settled again.</summary>
    /// <returns>The row, if it stood here: its positions go first.</returns>
    public SettledRow? Forget(EntityKey key)
    {
        if (!_rows.TryRemove(key, out var row)) return null;
        Interlocked.Decrement(ref _count);
        Interlocked.Add(ref _bytes, -row.Image.Bytes.Length);
        row.Home.Remove(row);
        return row;
    }

    /// <summary>Rows whose positions wait to be written, each once.</summary>
    public IReadOnlyList<SettledRow> TakePassed()
    {
        var passed = new List<SettledRow>();
        lock (_partitions) _partitions.ForEach(p => p.TakePassed(passed));
        return passed;
    }

    /// <summary>These partitions belong to another process: what it does to their rows is not known here, and positions that wait are its own to write.</summary>
    /// <returns>Rows of other partitions that were given up, whose positions wait to be written.</returns>
    public IReadOnlyList<SettledRow> Lost(IReadOnlyCollection<PartitionId> partitions)
    {
        lock (_partitions) _partitions.RemoveAll(p => partitions.Contains(p.Partition));
        return [.. Clear().Where(row => !partitions.Contains(row.Home.Partition))];
    }

    /// <summary>No row passes any record until it is settled anew.</summary>
    /// <returns>Those whose positions wait, the oldest record first: hash codes, which differ from process to process, decide on no order.</returns>
    private List<SettledRow> Clear()
    {
        LinksChanged();
        return
        [
            .. _rows.Keys.Select(Forget).OfType<SettledRow>().Select(row => (Row: row, row.First)).Where(row => row.First is not null)
                .OrderBy(row => row.First!.Value.Offset).ThenBy(row => row.Row.Key.ToString(), StringComparer.Ordinal).Select(row => row.Row),
        ];
    }
}
