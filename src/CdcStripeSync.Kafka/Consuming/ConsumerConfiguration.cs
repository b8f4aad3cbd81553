using Confluent.Kafka;

namespace CdcStripeSync.Kafka.Consuming;

/// <summary>The consumer's librdkafka properties: what delivery rests on, then what the user adds.</summary>
internal static class ConsumerConfiguration
{
    /// <summary>Properties that a user may not change: an offset is committed only when it is settled, and never guessed.</summary>
    private static readonly HashSet<string> Fixed = new(StringComparer.Ordinal)
    {
        "enable.auto.commit", "enable.auto.offset.store", "auto.offset.reset", "bootstrap.servers", "group.id",
    };

    public static ConsumerConfig Of(KafkaSourceOptions options)
    {
        var refused = options.Properties.Keys.Where(Fixed.Contains).Order(StringComparer.Ordinal).ToList();
        if (refused.Count > 0)
            throw new KafkaSourceException($"kafka.properties may not set {string.Join(", ", refused)}", "remove them: offsets are committed by hand, when their records are settled");
        var config = new ConsumerConfig
        {
            BootstrapServers = options.BootstrapServers,
            GroupId = options.GroupId,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = options.SkipsDeletedRecords ? AutoOffsetReset.Earliest : AutoOffsetReset.Error,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
            // A lost member's rows move within 10 s: 7 s of silence, a heartbeat until the others hear of it, a rebalance. A pause of 5 s moves nothing.
            SessionTimeoutMs = 7_000,
            HeartbeatIntervalMs = 1_000,
            MaxPollIntervalMs = 300_000,
            // A broker that falls silent without closing its connection: asked again elsewhere then, and not after librdkafka's 60 s.
            SocketTimeoutMs = 10_000,
            QueuedMaxMessagesKbytes = 16_384,
            FetchWaitMaxMs = 50,
            StatisticsIntervalMs = 0,
            TopicMetadataRefreshIntervalMs = 10_000,
            AllowAutoCreateTopics = false,
        };
        foreach (var (name, value) in options.Properties) config.Set(name, value);
        config.EnablePartitionEof = true; // lag rests on it
        return config;
    }
}
