using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Settling;
using CdcStripeSync.Pipeline.Unchanged;

namespace CdcStripeSync.Pipeline.Lanes;

/// <summary>Something that waits for an entity's turn. A closed set.</summary>
/// <param name="Ticket">The record it came from; null for what the pipeline asks of itself.</param>
public abstract record LaneWork(RecordTicket? Ticket)
{
    /// <param name="Table">The table's newest truncate as known when the record was read: rows read before it are older, not gone.</param>
    public sealed record Event(ChangeEvent Change, TablePosition? Table, RecordTicket? Ticket) : LaneWork(Ticket)
    {
        /// <summary>What the record said, where later records can be compared with it.</summary>
        public RowImage? Image { get; init; }

        /// <summary>It stands for records that changed nothing: only its position counts, and it has been told to the observer.</summary>
        public bool IsPositionOnly { get; init; }
    }

    /// <summary>An event of this key could not be read: its columns are unknown from here on.</summary>
    public sealed record Forget(Row Key, RecordTicket? Ticket) : LaneWork(Ticket);

    /// <summary>Plan again: what it waited for has come, or an operator released it.</summary>
    public sealed record Wake(bool Approved = false, RecordTicket? Ticket = null) : LaneWork(Ticket);

    /// <summary>Another row holds the value now.</summary>
    public sealed record ClaimLost(string Kind, string Value) : LaneWork((RecordTicket?)null);

    /// <summary>The row's key changed: its Link moves to <paramref name="NewKey"/>. Stands in the old key's lane.</summary>
    public sealed record Rename(ChangeEvent Change, Core.State.EntityKey NewKey, Row NewKeyRow, TaskCompletionSource Done, RecordTicket? Ticket) : LaneWork(Ticket);
}
