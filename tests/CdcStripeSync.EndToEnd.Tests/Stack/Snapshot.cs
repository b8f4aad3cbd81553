using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.EndToEnd.Tests.Stack;

/// <summary>The snapshot rows of a recording.</summary>
internal static class Snapshot
{
    public static async Task<IReadOnlyList<(SourceRecord Record, Row Row)>> OfAsync(Recording recording, params IReadOnlyCollection<string> tables)
    {
        var decoder = new DebeziumDecoder(recording, new DecoderOptions());
        var rows = new List<(SourceRecord, Row)>();
        foreach (var recorded in recording.Records())
        {
            if (await decoder.DecodeAsync(recorded.Record, CancellationToken.None) is DecodedRecord.Change { Event: { Op: ChangeOp.Read, After: { } row } change } && tables.Contains(change.Table.Name))
                rows.Add((recorded.Record, row));
        }

        return rows;
    }
}
