using CdcStripeSync.Kafka.Native;
using Confluent.Kafka;

namespace CdcStripeSync.App.Dev;

/// <summary>Says of each partition, once, that the DevStack's Kafka has begun to forget its oldest records: a consumer that had not read them begins behind
/// them, and nothing else would tell.</summary>
/// <remarks>Who reads what is not known there, and a connector that waited for topics that nobody reads would stand still for ever.</remarks>
internal sealed class ForgottenRecords(string bootstrapServers, Action<string> say)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly HashSet<TopicPartition> _said = [];

    /// <summary>Until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        LibrdkafkaResolver.Ensure();
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = "devstack", EnableAutoCommit = false })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken)) await Task.Run(() => Look(consumer, admin, cancellationToken), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The stack stops.
        }
    }

    private void Look(IConsumer<byte[], byte[]> consumer, IAdminClient admin, CancellationToken cancellationToken)
    {
        try
        {
            var partitions = admin.GetMetadata(Patience).Topics.SelectMany(t => t.Partitions.Select(p => new TopicPartition(t.Topic, p.PartitionId)));
            foreach (var partition in partitions.Where(p => !_said.Contains(p)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (consumer.QueryWatermarkOffsets(partition, Patience).Low.Value is not (> 0 and var oldest)) continue;
                _said.Add(partition);
                say($"{partition.Topic}, partition {partition.Partition.Value}, is full: this Kafka keeps the newest 5 MiB of a partition, and here begins at offset {oldest} now; a consumer that had not read so far misses what came before (`cdc-stripe connectors backfill` reads tables again)");
            }
        }
        catch (KafkaException)
        {
            // It is asked again.
        }
    }
}
