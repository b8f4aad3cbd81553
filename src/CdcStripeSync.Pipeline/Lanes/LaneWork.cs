using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Settling;
using CdcStripeSync.Pipeline.Unchanged;

namespace CdcStripeSync.Pipeline.Lanes;

/// <summary>Something that waits for an entity's turn. A closed set.</summary>
/// <param name="Ticket">The record it came from; null for what the pipeline asks of itself.</param>
public abstract record LaneWork(RecordTicket? Ticket)
{
    /// <summary>Of the stored call that it answers; null where a record or a parked row stands for it.</summary>
    public string? CallId { get; init; }

    /// <param name="Table">The table's newest truncate as known when the record came to its row: rows that came before it are older, not gone.</param>
    public sealed record Event(ChangeEvent Change, TablePosition? Table, RecordTicket? Ticket) : LaneWork(Ticket)
    {
        /// <summary>What the record said, where later records can be compared with it.</summary>
        public RowImage? Image { get; init; }

        /// <summary>It stands for records that changed nothing: only its position counts, and it has been told to the observer.</summary>
        public bool IsPositionOnly { get; init; }
    }

    /// <summary>What a stored call asks for.</summary>
    public static LaneWork Of(WakeCall call) => call.Kind switch
    {
        "" => new Wake { CallId = call.Id },
        WakeCall.ParentMoved => new ParentMoved(call.Value) { CallId = call.Id },
        _ => new ClaimLost(call.Kind, call.Value, call.RequestId) { CallId = call.Id },
    };

    /// <summary>As it is stored, so that no crash loses it.</summary>
    public static WakeCall Call(string id, EntityKey to, LaneWork work, DateTimeOffset now) => work switch
    {
        Wake => new WakeCall(id, to, "", "", null, now),
        ParentMoved moved => new WakeCall(id, to, WakeCall.ParentMoved, moved.StripeId, null, now),
        ClaimLost lost => new WakeCall(id, to, lost.Kind, lost.Value, lost.RequestId, now),
        _ => throw new InvalidOperationException($"a {work.GetType().Name} has a record that it stands for"),
    };

    /// <summary>An event of this key could not be read: its columns are unknown from here on.</summary>
    public sealed record Forget(Row Key, RecordTicket? Ticket) : LaneWork(Ticket);

    /// <summary>Plan again: what it waited for has come, or an operator released it.</summary>
    public sealed record Wake(bool Approved = false, RecordTicket? Ticket = null) : LaneWork(Ticket);

    /// <summary>Another row holds the value now.</summary>
    /// <param name="RequestId">The request that had put it here: when the row has taken it again since, this is old news.</param>
    public sealed record ClaimLost(string Kind, string Value, string? RequestId) : LaneWork((RecordTicket?)null);

    /// <summary>The object that was here is no more, or went when a row moved in under this key: its children look again.</summary>
    public sealed record ParentMoved(string StripeId) : LaneWork((RecordTicket?)null);

    /// <summary>A complete snapshot of the table seems not to have contained the row, or its end is left undone: judged here again.</summary>
    /// <param name="Snapshot">The snapshot's epoch, place in the log and time.</param>
    /// <param name="Unread">Told where the source should be asked, and does not answer: nothing is presumed then.</param>
    public sealed record Vanished(StreamPosition Snapshot, Action<RowReadException> Unread, RecordTicket? Ticket) : LaneWork(Ticket);

    /// <summary>The row's key changed: its Link moves to <paramref name="NewKey"/>. Stands in the old key's lane.</summary>
    public sealed record Rename(ChangeEvent Change, EntityKey NewKey, Row NewKeyRow, TaskCompletionSource Done, RecordTicket? Ticket) : LaneWork(Ticket);
}
