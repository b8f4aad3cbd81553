namespace CdcStripeSync.DevStack.Connect.Sources;

/// <summary>Where a task listens for signals, and where it tells its progress.</summary>
/// <param name="Topic">Null where it does not listen to one.</param>
/// <param name="Notifications">Null where it tells nothing.</param>
/// <param name="Earliest">Signals from before its first poll count, too.</param>
/// <param name="ReadsTable">Rows of its signal table count: Debezium's default where no channel is named.</param>
internal sealed record SignalSettings(string Prefix, string? Topic, string? Notifications, bool Earliest, int ChunkSize, bool ReadsTable)
{
    public static SignalSettings Of(IReadOnlyDictionary<string, string> config)
    {
        var prefix = config.GetValueOrDefault("topic.prefix", "");
        return new SignalSettings(
            prefix,
            Lists(config, "signal.enabled.channels", "kafka") ? config.GetValueOrDefault("signal.kafka.topic", prefix + "-signal") : null,
            Lists(config, "notification.enabled.channels", "sink") ? config.GetValueOrDefault("notification.sink.topic.name") : null,
            config.GetValueOrDefault("signal.consumer.auto.offset.reset") == "earliest",
            int.TryParse(config.GetValueOrDefault("incremental.snapshot.chunk.size"), out var size) && size > 0 ? size : 1024,
            !config.ContainsKey("signal.enabled.channels") || Lists(config, "signal.enabled.channels", "source"));
    }

    private static bool Lists(IReadOnlyDictionary<string, string> config, string option, string channel) =>
        config.GetValueOrDefault(option, "").Split(',', StringSplitOptions.TrimEntries).Contains(channel);
}
