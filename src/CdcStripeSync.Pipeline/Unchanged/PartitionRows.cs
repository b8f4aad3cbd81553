using System.Collections.Concurrent;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Unchanged;

/// <summary>One partition's settled rows by Kafka's key: where a record is looked at before it is decoded.</summary>
public sealed class PartitionRows
{
    private readonly SettledRows _book;
    private readonly IRecordImages _images;
    private readonly ConcurrentDictionary<ReadOnlyMemory<byte>, SettledRow> _rows;

    internal PartitionRows(SettledRows book, IRecordImages images, ulong seed)
    {
        _book = book;
        _images = images;
        _rows = new ConcurrentDictionary<ReadOnlyMemory<byte>, SettledRow>(new RecordKeyComparer(seed));
    }

    /// <summary>Decides whether a record changes anything. Allocates nothing.</summary>
    public Passing Pass(SourceRecord record)
    {
        if (record.Key is not { } key || !_rows.TryGetValue(key, out var row)) return Passing.No;
        if (!_images.SaysTheSame(row.Image, record, out var stamp)) return Passing.No;
        var passing = row.Pass(stamp, record.Origin, _book.Links);
        if (passing == Passing.First) _book.Passed(row);
        return passing;
    }

    internal void Put(SettledRow row) => _rows[row.Image.Key] = row;

    internal void Remove(SettledRow row) => _rows.TryRemove(KeyValuePair.Create(row.Image.Key, row));
}
