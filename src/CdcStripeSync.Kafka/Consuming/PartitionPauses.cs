using Confluent.Kafka;

namespace CdcStripeSync.Kafka.Consuming;

/// <summary>Partitions that are not read for now: those of which the pipeline wants no more, and all of them while a batch waits to be taken. Not thread-safe:
/// its owner's lock guards it.</summary>
/// <remarks>librdkafka refuses partitions that it does not know (any more: their topic may have been deleted), and does as told with the others. Delivery goes on
/// then: what is paused saves memory only, and is told again.</remarks>
internal sealed class PartitionPauses(Action<IEnumerable<TopicPartition>> pause, Action<IEnumerable<TopicPartition>> resume, Action<string> failed)
{
    private readonly HashSet<TopicPartition> _byPipeline = [];
    private bool _isHandingOver;

    /// <summary>The pipeline wants no more of these.</summary>
    public void Pause(IReadOnlyCollection<TopicPartition> partitions)
    {
        _byPipeline.UnionWith(partitions);
        Try(pause, partitions);
    }

    public void Resume(IReadOnlyCollection<TopicPartition> partitions)
    {
        _byPipeline.ExceptWith(partitions);
        if (!_isHandingOver) Try(resume, partitions); // else when there is room again
    }

    /// <summary>A batch waits to be taken: none of these is read until it is.</summary>
    public void BeginHandingOver(IReadOnlyCollection<TopicPartition> partitions)
    {
        _isHandingOver = true;
        Try(pause, partitions);
    }

    public void EndHandingOver(IEnumerable<TopicPartition> partitions)
    {
        _isHandingOver = false;
        Try(resume, [.. partitions.Where(p => !_byPipeline.Contains(p))]);
    }

    /// <summary>They are another process's: librdkafka keeps the pause of a partition that comes back.</summary>
    public void Forget(IReadOnlyCollection<TopicPartition> partitions)
    {
        Try(resume, [.. partitions.Where(_byPipeline.Contains)]);
        _byPipeline.ExceptWith(partitions);
    }

    private void Try(Action<IEnumerable<TopicPartition>> act, IReadOnlyCollection<TopicPartition> partitions)
    {
        try
        {
            act(partitions);
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            failed(e.Error.Reason);
        }
    }
}
