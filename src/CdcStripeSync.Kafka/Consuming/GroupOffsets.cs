using CdcStripeSync.Pipeline.Ports;
using Confluent.Kafka;

namespace CdcStripeSync.Kafka.Consuming;

/// <summary>What the group has committed, asked for at the moment of an assignment, and where reading begins.</summary>
internal sealed class GroupOffsets(KafkaSourceOptions options, Action<string> failed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>A broker that does not answer at the moment of a rebalance is asked again until the stop, by a client of its own: the group's may wait for a
    /// coordinator that it had before the rebalance.</summary>
    /// <exception cref="OperationCanceledException">The stop came first.</exception>
    public List<TopicPartitionOffset> Committed(IConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (attempt == 1) return consumer.Committed(partitions, Patience);
                using var asking = new ConsumerBuilder<byte[], byte[]>(ConsumerConfiguration.Of(options)).SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => failed(error.Reason)).Build();
                return asking.Committed(partitions, Patience);
            }
            catch (KafkaException e) when (!e.Error.IsFatal)
            {
                failed(e.Error.Reason);
                if (attempt == 2) options.Alarm?.Invoke($"Kafka does not say what group {options.GroupId} has committed: {e.Error.Reason}", "it is asked again until it does, and its partitions wait meanwhile: look at the brokers, and at what the group may do there");
                stop.WaitHandle.WaitOne(Pause);
                stop.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>The lower of the store's word and Kafka's. Where the store does not know the partition, its beginning, deliberately and not by a reset: the
    /// rows below what the group has committed are not in such a store, and nothing else would bring them back.</summary>
    public static Offset Start(IReadOnlyDictionary<PartitionId, long> stored, Dictionary<PartitionId, Offset> committed, PartitionId partition)
    {
        if (!stored.TryGetValue(partition, out var next)) return Offset.Beginning;
        return committed.TryGetValue(partition, out var offset) && offset.Value >= 0 ? Math.Min(offset.Value, next) : next;
    }
}
