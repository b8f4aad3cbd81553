using Confluent.Kafka;

namespace CdcStripeSync.Kafka.Consuming;

/// <summary>What Kafka does not let be read, while its connection stands: nothing else would show it. Each is told once, until records come from there again.
/// On the polling thread only.</summary>
internal sealed class Refusals(KafkaSourceOptions options)
{
    private readonly HashSet<(ErrorCode Code, TopicPartition? Of)> _told = [];

    public void Met(Error error, TopicPartition? of)
    {
        if (of?.Topic is null) of = null; // of the group
        var isTold = _told.Any(t => t.Code == error.Code && t.Of?.Topic == of?.Topic); // of the topic's other partitions
        if (_told.Add((error.Code, of)) && !isTold)
            options.Alarm?.Invoke($"{of?.Topic ?? string.Join(", ", options.Topics)} cannot be read by group {options.GroupId}: {error.Reason}", Hint(error.Code));
    }

    public void Read(ConsumeResult<byte[], byte[]> record)
    {
        if (_told.Count > 0) _told.RemoveWhere(t => t.Of is null || (t.Of.Topic == record.Topic && (t.Of.Partition.Value < 0 || t.Of.Partition == record.Partition)));
    }

    private string Hint(ErrorCode code) => code switch
    {
        ErrorCode.GroupAuthorizationFailed => $"let the user READ group {options.GroupId}; it is tried again, and nothing is lost",
        ErrorCode.TopicAuthorizationFailed => "let the user READ and DESCRIBE the topic; it is tried again, and nothing is lost",
        ErrorCode.UnknownTopicOrPart => "it is read when it is there; start the connector, or mend kafka.topics",
        _ => "look at the brokers; it is tried again, and nothing is lost",
    };
}
