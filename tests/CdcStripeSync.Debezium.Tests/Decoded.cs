using System.Text.Json;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests;

/// <summary>A recorded record beside what the decoder makes of it.</summary>
internal sealed record Decoded(RecordedRecord Recorded, DecodedRecord Result)
{
    public SourceRecord Record => Recorded.Record;

    public ChangeEvent Change => ((DecodedRecord.Change)Result).Event;

    public bool IsChange => Result is DecodedRecord.Change;

    public static async Task<IReadOnlyList<Decoded>> AllAsync(string recording, DecoderOptions? options = null)
    {
        var opened = Recording.Open(Fixtures.Folder(recording));
        var decoder = new DebeziumDecoder(opened, options ?? new DecoderOptions());
        var all = new List<Decoded>();
        foreach (var recorded in opened.Records()) all.Add(new Decoded(recorded, await decoder.DecodeAsync(recorded.Record, CancellationToken.None)));
        return all;
    }

    /// <summary>The changes of one table, in Kafka's order within each partition.</summary>
    public static async Task<IReadOnlyList<Decoded>> ChangesAsync(string recording, string table) =>
        [.. (await AllAsync(recording)).Where(d => d.IsChange && d.Change.Table.Name == table)];

    public static async Task<DecodedRecord> OneAsync(ISchemaSource schemas, SourceRecord record, DecoderOptions? options = null) =>
        await new DebeziumDecoder(schemas, options ?? new DecoderOptions()).DecodeAsync(record, CancellationToken.None);

    /// <summary>The oracle's row image, <c>before</c> or <c>after</c>.</summary>
    public JsonElement Oracle(string image) => Recorded.ValueJson!.Value.GetProperty(image).EnumerateObject().Single().Value;
}
