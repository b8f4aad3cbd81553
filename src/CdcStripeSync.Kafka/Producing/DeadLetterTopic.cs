using System.Globalization;
using System.Text;
using CdcStripeSync.Kafka.Native;
using CdcStripeSync.Pipeline.Observing;
using CdcStripeSync.Pipeline.Ports;
using Confluent.Kafka;

namespace CdcStripeSync.Kafka.Producing;

/// <summary>Copies dead letters to a topic, for those who watch topics. The state store keeps the letter itself: a copy that fails is said, never waited for.</summary>
/// <remarks>Key, value and headers as the record had them, and Kafka Connect's headers for dead letters beside them:
/// <c>__connect.errors.topic</c>, <c>.partition</c>, <c>.offset</c>, <c>.exception.message</c>.</remarks>
public sealed class DeadLetterTopic : SilentObserver, IDisposable
{
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(5);
    private readonly string _topic;
    private readonly Action<string, string> _alarm;
    private readonly IProducer<byte[]?, byte[]?> _producer;

    /// <param name="properties">Any librdkafka property.</param>
    /// <param name="alarm">Told, with a hint, what could not be copied.</param>
    public DeadLetterTopic(string bootstrapServers, string topic, IReadOnlyDictionary<string, string> properties, Action<string, string> alarm)
    {
        LibrdkafkaResolver.Ensure();
        _topic = topic;
        _alarm = alarm;
        var configuration = new ProducerConfig { BootstrapServers = bootstrapServers, Acks = Acks.All, EnableIdempotence = true, LingerMs = 50 };
        foreach (var (name, value) in properties) configuration.Set(name, value);
        _producer = new ProducerBuilder<byte[]?, byte[]?>(configuration).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    public override void DeadLettered(DeadLetter letter)
    {
        var record = letter.Record;
        var headers = new Headers();
        foreach (var header in record.Headers) headers.Add(header.Key, header.Value?.ToArray());
        Add("topic", record.Origin.Topic);
        Add("partition", record.Origin.Partition.ToString(CultureInfo.InvariantCulture));
        Add("offset", record.Origin.Offset.ToString(CultureInfo.InvariantCulture));
        Add("exception.message", letter.Error);
        try
        {
            _producer.Produce(_topic, new Message<byte[]?, byte[]?> { Key = record.Key?.ToArray(), Value = record.Value?.ToArray(), Headers = headers }, report =>
            {
                if (report.Error.IsError) Failed(record, report.Error.Reason);
            });
        }
        catch (ProduceException<byte[]?, byte[]?> e)
        {
            Failed(record, e.Error.Reason);
        }

        void Add(string name, string value) => headers.Add("__connect.errors." + name, Encoding.UTF8.GetBytes(value));
    }

    public void Dispose()
    {
        _producer.Flush(LastWait);
        _producer.Dispose();
    }

    private void Failed(SourceRecord record, string reason) =>
        _alarm($"the dead letter of {record.Origin} was not copied to {_topic}: {reason}", "the letter itself is kept: cdc-stripe dlq list");
}
