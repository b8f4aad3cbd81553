namespace CdcStripeSync.Kafka.Consuming;

/// <summary>How the consumer group reads.</summary>
/// <param name="BootstrapServers"><c>host:port,host:port</c></param>
/// <param name="Topics">Topics, or regular expressions that begin with <c>^</c> (librdkafka's).</param>
/// <param name="Properties">Any librdkafka property; wins over the ones set here, but for the manual commits that delivery rests on.</param>
public sealed record KafkaSourceOptions(
    string BootstrapServers, string GroupId, IReadOnlyList<string> Topics, IReadOnlyDictionary<string, string> Properties)
{
    /// <summary>Records handed over together at most.</summary>
    public int BatchSize { get; init; } = 500;

    /// <summary>Batches that wait to be taken at most; the consume loop stops reading beyond.</summary>
    public int BufferedBatches { get; init; } = 4;

    /// <summary>Where the offset that reading goes on from is no longer in Kafka, it goes on at the oldest record that is. Else it stops there.</summary>
    public bool SkipsDeletedRecords { get; init; }

    /// <summary>Told, with a hint, when no broker answers, or one refuses; again only after records came meanwhile.</summary>
    public Action<string, string>? Alarm { get; init; }

    /// <summary>How long a revocation may take to settle what is in flight.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(10);
}
