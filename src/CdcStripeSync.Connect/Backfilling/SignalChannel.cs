namespace CdcStripeSync.Connect.Backfilling;

/// <summary>How a connector can be asked for a backfill, by its configuration.</summary>
/// <param name="Topic">The signal topic; null where it listens to none.</param>
/// <param name="Table">The signal table, <c>schema.table</c>; null where it has none.</param>
/// <param name="NotificationTopic">Where it tells its progress; null where it does not.</param>
/// <param name="Key">Of a message in the signal topic.</param>
/// <param name="LosesEarlySignals">A signal written before the connector first polls is lost (recorded: <c>signal.consumer.auto.offset.reset</c> is latest by default).</param>
public sealed record SignalChannel(string? Topic, string? Table, string? NotificationTopic, string Key, bool LosesEarlySignals)
{
    public static SignalChannel Of(IReadOnlyDictionary<string, string> config)
    {
        var channels = List(config.GetValueOrDefault("signal.enabled.channels", "source"));
        var prefix = config.GetValueOrDefault("topic.prefix", "");
        var table = config.GetValueOrDefault("signal.data.collection");
        return new SignalChannel(
            channels.Contains("kafka") ? config.GetValueOrDefault("signal.kafka.topic", prefix + "-signal") : null,
            channels.Contains("source") && table is { Length: > 0 } ? string.Join('.', table.Split('.').TakeLast(2)) : null,
            List(config.GetValueOrDefault("notification.enabled.channels", "")).Contains("sink") ? config.GetValueOrDefault("notification.sink.topic.name") : null,
            prefix,
            channels.Contains("kafka") && config.GetValueOrDefault("signal.consumer.auto.offset.reset", "latest") != "earliest");
    }

    private static string[] List(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
