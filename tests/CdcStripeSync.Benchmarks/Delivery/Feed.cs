using CdcStripeSync.Core.Changes;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>What one delivery has to do.</summary>
/// <param name="Count">Records.</param>
/// <param name="Record">The record of an index.</param>
/// <param name="Ends">Each partition's end.</param>
internal sealed record Feed(int Count, Func<int, SourceRecord> Record, IReadOnlyDictionary<PartitionId, long> Ends, IRecordDecoder Decoder)
{
    /// <summary>What records are compared with before they are decoded; null: they are not.</summary>
    public IRecordImages? Images { get; init; }

    /// <summary>Changes that need no bytes: made when they are asked for, so that a long backlog takes no memory here.</summary>
    public static Feed Of(int count, Func<int, ChangeEvent> change, int partition = 0) => new(
        count, i => new SourceRecord(new RecordOrigin(History.Topic, partition, i), 0, null, null, []),
        new Dictionary<PartitionId, long> { [new PartitionId(History.Topic, partition)] = count }, new Changes(change));

    public static Feed Of(IReadOnlyList<SourceRecord> records, IRecordDecoder decoder, IRecordImages images) => new(
        records.Count, i => records[i],
        records.GroupBy(r => new PartitionId(r.Origin.Topic, r.Origin.Partition)).ToDictionary(p => p.Key, p => p.Max(r => r.Origin.Offset) + 1), decoder)
    {
        Images = images,
    };

    private sealed class Changes(Func<int, ChangeEvent> change) : IRecordDecoder
    {
        public ValueTask<DecodedRecord> DecodeAsync(SourceRecord record, CancellationToken cancellationToken) =>
            new(new DecodedRecord.Change(change((int)record.Origin.Offset) with { Origin = record.Origin }));
    }
}
