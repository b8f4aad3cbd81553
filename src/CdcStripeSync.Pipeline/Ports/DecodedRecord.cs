using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>What a record turned out to be. A closed set.</summary>
public abstract record DecodedRecord
{
    private DecodedRecord()
    {
    }

    public sealed record Change(ChangeEvent Event) : DecodedRecord;

    /// <summary>Nothing to deliver: tombstones, heartbeats, transaction markers, logical messages, schema changes; counted by kind.</summary>
    /// <param name="SourceTime">The source's clock where the record tells it (a heartbeat keeps freshness true on an idle topic).</param>
    public sealed record Skipped(SkippedKind Kind, Instant? SourceTime = null) : DecodedRecord;

    /// <summary>A poison record: becomes a dead letter.</summary>
    /// <param name="Key">The key's columns where these could be read: their entity's columns are then unknown.</param>
    /// <param name="Table">The table where it could be told.</param>
    public sealed record Unreadable(string Error, string Hint, TableId? Table = null, Row? Key = null) : DecodedRecord
    {
        /// <summary>It was read rightly, and is nothing that a row's change could be made of.</summary>
        public bool IsNoRow { get; init; }
    }
}
