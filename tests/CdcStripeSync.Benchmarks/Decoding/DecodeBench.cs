using System.Buffers.Binary;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Benchmarks.Data;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Debezium;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Unchanged;

namespace CdcStripeSync.Benchmarks.Decoding;

/// <summary>The records, the decoders and the settled rows that the decoding benchmarks share.</summary>
internal sealed class DecodeBench
{
    private readonly Dictionary<PartitionId, PartitionRows> _partitions = [];

    private DecodeBench(ISchemaSource schemas, IReadOnlyList<SourceRecord> records)
    {
        Schemas = schemas;
        Records = [.. InFetches(records.Where(r => r.Value is not null)).Select(Fetches.Copy)];
        Decoder = new DebeziumDecoder(schemas, new DecoderOptions());
        Mapping = MappingFile.Read(File.ReadAllText(Repository.File("samples", "shop", "mapping.yaml")), "mapping.yaml", StripeCatalogue.Load()).Mapping!;
        Rows = new SettledRows(RecordImages.Of(Mapping, schemas), 20_261_121);
        Homes = [.. Records.Select(r => HomeOf(r.Origin))];
    }

    public ISchemaSource Schemas { get; }

    /// <summary>Records with a value, in order.</summary>
    public SourceRecord[] Records { get; }

    /// <summary>Where each record's row is looked for.</summary>
    public PartitionRows[] Homes { get; }

    public DebeziumDecoder Decoder { get; }

    public Mapping Mapping { get; }

    public SettledRows Rows { get; }

    /// <param name="data">A recording's folder; null generates records of shop-bench's shape.</param>
    public static DecodeBench Prepare(string? data)
    {
        if (data is not null)
        {
            var recording = Recording.Open(data);
            return new DecodeBench(recording, [.. recording.Records().Select(r => r.Record)]);
        }

        var schemas = Recording.Open(Repository.File("tests", "fixtures", "debezium", "shop-default-identity"));
        return new DecodeBench(schemas, new ShopStream(schemas, 7).Make(40_000));
    }

    public AvroSchema ValueSchema(SourceRecord record) =>
        Schemas.FindAsync(BinaryPrimitives.ReadInt32BigEndian(record.Value!.Value.Span[1..]), CancellationToken.None).AsTask().GetAwaiter().GetResult().Schema!;

    /// <summary>The schemas are at hand, so decoding never waits.</summary>
    public ChangeEvent? Decode(SourceRecord record)
    {
        var decoded = Decoder.DecodeAsync(record, CancellationToken.None);
        return decoded.IsCompletedSuccessfully && decoded.GetAwaiter().GetResult() is DecodedRecord.Change change ? change.Event : null;
    }

    /// <summary>Settles the rows of these records, each with what its record said.</summary>
    /// <param name="shift">Added to the positions: -1 lets the same records pass again as newer ones.</param>
    public void Settle(int[] indexes, ChangeEvent?[] changes, int shift)
    {
        foreach (var index in indexes) Settle(index, changes[index], shift);
        Rows.TakePassed();
    }

    private void Settle(int index, ChangeEvent? change, int shift)
    {
        if (change?.After is not { } row || Mapping.For(change.Table).FirstOrDefault() is not { } map || map.KeyOf(change.Table, row) is not { } key) return;
        Rows.Forget(key);
        if (Rows.ImageOf(Records[index], change) is not { } image) return;
        var at = new StreamPosition(0, SourcePosition.OfLsn((ulong)((long)change.Position.Major + shift)), change.CommittedAt);
        var isStreamed = change.Snapshot == SnapshotKind.Streamed;
        var state = new EntityState { Key = key, Row = row.Project(map.Columns), RowExists = true, Phase = EntityPhase.Linked, StripeId = "x", Streamed = isStreamed ? at : null, Snapshot = isStreamed ? null : at };
        Rows.Keep(new SettledRow(state, new RowImage(image, Homes[index]), Rows.Links));
    }

    /// <summary>In the order in which a consumer hands them over: some hundred of one partition, then of the next.</summary>
    private static IEnumerable<SourceRecord> InFetches(IEnumerable<SourceRecord> records)
    {
        var partitions = records.GroupBy(r => (r.Origin.Topic, r.Origin.Partition)).Select(p => new Queue<SourceRecord>(p)).ToList();
        while (partitions.Any(p => p.Count > 0))
        {
            foreach (var partition in partitions)
            {
                for (var i = 0; i < 500 && partition.TryDequeue(out var record); i++) yield return record;
            }
        }
    }

    private PartitionRows HomeOf(RecordOrigin origin)
    {
        var partition = new PartitionId(origin.Topic, origin.Partition);
        if (!_partitions.TryGetValue(partition, out var home)) _partitions[partition] = home = Rows.NewPartition(partition);
        return home;
    }
}
