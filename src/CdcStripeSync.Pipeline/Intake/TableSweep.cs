using CdcStripeSync.Core.Changes;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Settling;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>A table that is gone through for rows which a complete snapshot did not contain: done when all of them are settled.</summary>
internal sealed class TableSweep
{
    private volatile bool _isSettled;
    private RowReadException? _unread;

    public TableSweep(SnapshotEnd end, DateTimeOffset begunAt)
    {
        (End, BegunAt) = (end, begunAt);
        Ticket = new RecordTicket(new RecordOrigin(end.Marker.Topic, end.Marker.Partition, 0), () => _isSettled = true, 1);
    }

    public SnapshotEnd End { get; }

    public DateTimeOffset BegunAt { get; }

    /// <summary>One part stands for the going through, one for each row.</summary>
    public RecordTicket Ticket { get; }

    public bool IsSettled => _isSettled;

    /// <summary>Why the source did not tell one of the rows; null where it told all.</summary>
    public RowReadException? WhyUnread => Volatile.Read(ref _unread);

    public void Unread(RowReadException why) => Volatile.Write(ref _unread, why);
}
