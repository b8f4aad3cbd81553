using CdcStripeSync.Pipeline.Ports;
using Confluent.Kafka;

namespace CdcStripeSync.Kafka.Consuming;

/// <summary>The group's commits, one at a time: what was committed later stands.</summary>
/// <remarks>A commit that Kafka missed costs repeats, no loss: the store has the offset, and a start takes the lower of both. It is tried again, so that an
/// idle partition does not look unread for ever.</remarks>
/// <param name="commit">Waits for the broker; throws <see cref="KafkaException"/>.</param>
internal sealed class GroupCommits(Action<IReadOnlyList<StoredOffset>> commit, Action<string> failed)
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private readonly Lock _turn = new();
    private readonly Lock _lock = new();
    private readonly OwedCommits _owed = new();
    private long _paidAt;
    private bool _closed;

    public void Owe(IEnumerable<StoredOffset> offsets)
    {
        lock (_lock)
        {
            foreach (var offset in offsets) _owed.Owe(offset);
        }
    }

    /// <summary>The partitions are another process's: what is owed of them is its to pay.</summary>
    public void Forget(IEnumerable<PartitionId> partitions)
    {
        lock (_lock)
        {
            foreach (var partition in partitions) _owed.Forget(partition);
        }
    }

    /// <summary>Pays what is owed, after whoever pays now.</summary>
    public void Pay()
    {
        lock (_turn) PayInTurn();
    }

    /// <summary>Pays what has been owed for a while, unless somebody is at it: who polls does not wait for that.</summary>
    public void PayArrears()
    {
        if (TimeProvider.System.GetElapsedTime(Volatile.Read(ref _paidAt)) <= Again || !_turn.TryEnter()) return;
        try
        {
            PayInTurn();
        }
        finally
        {
            _turn.Exit();
        }
    }

    /// <summary>Nothing is committed any more; a commit that is under way ends with the consumer.</summary>
    public void Close()
    {
        lock (_lock) _closed = true;
    }

    private void PayInTurn()
    {
        Volatile.Write(ref _paidAt, TimeProvider.System.GetTimestamp());
        IReadOnlyList<StoredOffset> owed;
        lock (_lock) owed = _closed ? [] : _owed.All;
        if (owed.Count == 0) return;
        try
        {
            commit(owed);
            lock (_lock)
            {
                foreach (var offset in owed) _owed.Paid(offset.Partition, offset.Next);
            }
        }
        catch (KafkaException e) when (e is TopicPartitionOffsetException || !e.Error.IsFatal)
        {
            failed(e.Error.Reason);
        }
    }
}
