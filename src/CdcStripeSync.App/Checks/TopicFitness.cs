using System.Globalization;
using CdcStripeSync.App.Commands;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace CdcStripeSync.App.Checks;

/// <summary>Whether topics keep what a consumer that was away needs.</summary>
internal static class TopicFitness
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static async Task<IReadOnlyList<Finding>> LookAsync(IAdminClient admin, IReadOnlyList<TopicMetadata> topics, CancellationToken cancellationToken)
    {
        if (topics.Count == 0) return [];
        try
        {
            var resources = topics.Select(t => new ConfigResource { Type = ResourceType.Topic, Name = t.Topic });
            var described = await admin.DescribeConfigsAsync(resources, new DescribeConfigsOptions { RequestTimeout = Patience }).WaitAsync(Patience + Patience, cancellationToken);
            return [.. described.Select(d => Judge(
                d.ConfigResource.Name, topics.First(t => t.Topic == d.ConfigResource.Name).Partitions.Count,
                d.Entries.GetValueOrDefault("cleanup.policy")?.Value ?? "delete", d.Entries.GetValueOrDefault("retention.ms")?.Value ?? "-1"))];
        }
        catch (Exception e) when (e is KafkaException or TimeoutException)
        {
            return [new Finding(true, $"{Counted.Of(topics.Count, "topic")}, {Counted.Of(topics.Sum(t => t.Partitions.Count), "partition")} (this broker does not tell their cleanup policies)")];
        }
    }

    /// <summary>Pure.</summary>
    /// <param name="retention">Milliseconds; -1 for ever.</param>
    public static Finding Judge(string topic, int partitions, string policy, string retention)
    {
        var kept = long.TryParse(retention, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ms) && ms >= 0 ? TimeSpan.FromMilliseconds(ms) : TimeSpan.MaxValue;
        var forgets = policy.Contains("delete", StringComparison.Ordinal) && kept < Day;
        return forgets
            ? new Finding(
                false, $"{topic}: {Counted.Of(partitions, "partition")}, cleanup.policy {policy}, records are kept for {kept.TotalHours:0.#} hours", $"kafka-configs.sh --alter --entity-type topics --entity-name {topic} --add-config cleanup.policy=compact",
                "a consumer that is away for longer loses changes, and only a backfill finds them")
            : new Finding(true, $"{topic}: {Counted.Of(partitions, "partition")}, cleanup.policy {policy}");
    }
}
