using System.Text.Json.Nodes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulator;

namespace CdcStripeSync.App.Replay;

/// <summary>What a replay did and left.</summary>
internal sealed record ReplayResult(
    IReadOnlyList<RequestLogEntry> Requests, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> Objects, IReadOnlyList<ParkedRow> Parked,
    IReadOnlyList<DeadLetter> DeadLetters, IReadOnlyDictionary<string, long> Counts, IReadOnlyList<string> Alarms)
{
    /// <summary>Rows changed, and none of a table that the mapping names.</summary>
    public bool NothingIsMapped => Counts.GetValueOrDefault("changes") == 0 && Counts.GetValueOrDefault("skipped_unmapped") > 0;
}
