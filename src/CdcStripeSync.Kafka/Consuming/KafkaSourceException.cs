namespace CdcStripeSync.Kafka.Consuming;

/// <summary>Reading cannot go on; <see cref="Hint"/> says what to do.</summary>
public sealed class KafkaSourceException(string message, string hint, Exception? inner = null) : Exception(message, inner)
{
    public string Hint { get; } = hint;
}
