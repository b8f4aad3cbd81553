using CdcStripeSync.Core.Changes;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>The partitions' backlogs, and whether rows may wait for them at all: not while reading waits for room, since nothing comes then.</summary>
internal sealed class Backlog(TimeProvider time, TimeSpan patience)
{
    // In the order of their assignment: the order in which rows are released must not hang on a hash.
    private readonly Dictionary<PartitionId, PartitionBacklog> _partitions = [];
    private volatile bool _isClosed = patience <= TimeSpan.Zero;
    private volatile bool _isFull;

    public PartitionBacklog Assign(PartitionId partition)
    {
        Forget(partition);
        var backlog = new PartitionBacklog(time, patience, () => !_isFull && !_isClosed);
        lock (_partitions) _partitions[partition] = backlog;
        return backlog;
    }

    public void Forget(PartitionId partition)
    {
        PartitionBacklog? backlog;
        lock (_partitions) _partitions.Remove(partition, out backlog);
        backlog?.Release();
    }

    public void Read(PartitionId partition, SourceRecord record) => Of(partition)?.Read(record);

    /// <summary>What a row waits for whose newest change is this record; null where it goes at once.</summary>
    public TaskCompletionSource? Hold(RecordOrigin origin) => Of(new PartitionId(origin.Topic, origin.Partition))?.Hold();

    /// <summary>No more is read for now: what has come is all that is sent together.</summary>
    public void Full()
    {
        _isFull = true;
        Release();
    }

    public void Room() => _isFull = false;

    /// <summary>Nobody waits any more.</summary>
    public void Close()
    {
        _isClosed = true;
        Release();
    }

    /// <summary>Whoever waits goes now; those that come later may wait.</summary>
    public void Release()
    {
        PartitionBacklog[] all;
        lock (_partitions) all = [.. _partitions.Values];
        foreach (var backlog in all) backlog.Release();
    }

    private PartitionBacklog? Of(PartitionId partition)
    {
        lock (_partitions) return _partitions.GetValueOrDefault(partition);
    }
}
