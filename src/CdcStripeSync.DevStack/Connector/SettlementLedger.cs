namespace CdcStripeSync.DevStack.Connector;

/// <summary>Works out from appended records and committed offsets how far everything is settled.</summary>
/// <remarks>Safe for use from several threads: a producer appends while a watcher reports commits.</remarks>
public sealed class SettlementLedger : ISettledPositions
{
    private readonly Lock _lock = new();
    private readonly Queue<(string Topic, int Partition, long Offset, ulong Position, long Bytes)> _outstanding = [];
    private readonly Dictionary<(string, int), long> _committed = [];
    private ulong _newest;
    private long _bytes;

    /// <inheritdoc />
    public ulong? SettledUpTo
    {
        get
        {
            lock (_lock)
            {
                Settle();
                return _outstanding.TryPeek(out var oldest) ? Math.Max(oldest.Position, 1) - 1 : _newest;
            }
        }
    }

    /// <summary>How many appended records are not settled yet.</summary>
    public int Outstanding
    {
        get
        {
            lock (_lock)
            {
                Settle();
                return _outstanding.Count;
            }
        }
    }

    /// <summary>What these take in their partitions.</summary>
    public long OutstandingBytes
    {
        get
        {
            lock (_lock)
            {
                Settle();
                return _bytes;
            }
        }
    }

    /// <summary>A record was appended at this place, in the order of the connector's calls.</summary>
    public void Appended(string topic, int partition, long offset, ulong position, long bytes = 0)
    {
        lock (_lock)
        {
            _outstanding.Enqueue((topic, partition, offset, position, bytes));
            _bytes += bytes;
            _newest = Math.Max(_newest, position);
        }
    }

    /// <summary>A record was appended to a topic that nobody consumes: it is settled at once.</summary>
    public void AppendedUnread(ulong position)
    {
        lock (_lock)
            _newest = Math.Max(_newest, position);
    }

    /// <summary>The consumer group committed this offset: that of the next record it will read.</summary>
    public void Committed(string topic, int partition, long nextOffset)
    {
        lock (_lock)
            _committed[(topic, partition)] = Math.Max(nextOffset, _committed.GetValueOrDefault((topic, partition)));
    }

    private void Settle()
    {
        while (_outstanding.TryPeek(out var oldest) && oldest.Offset < _committed.GetValueOrDefault((oldest.Topic, oldest.Partition)))
            _bytes -= _outstanding.Dequeue().Bytes;
    }
}
