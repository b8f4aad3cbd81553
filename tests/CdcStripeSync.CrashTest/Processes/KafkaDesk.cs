using CdcStripeSync.CrashTest.History;
using CdcStripeSync.CrashTest.Running;
using CdcStripeSync.CrashTest.Wire;
using CdcStripeSync.DevStack.Connector;
using CdcStripeSync.DevStack.Kafka;
using CdcStripeSync.Kafka.Native;
using Confluent.Kafka;

namespace CdcStripeSync.CrashTest.Processes;

/// <summary>Kafka, as the connector and an auditor see it: appends records, and asks where the group stands.</summary>
internal sealed class KafkaDesk : IDisposable
{
    public const string Group = "crash";
    public const int PartitionsEach = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    // Milliseconds that librdkafka waits for an answer of a broker that went away with the question: a minute if nothing is said.
    private const int SocketPatience = 5_000;
    private readonly MockKafkaCluster _cluster;
    private readonly IProducer<byte[], byte[]?> _producer;
    private IConsumer<byte[], byte[]> _auditor;

    public KafkaDesk(int brokers)
    {
        LibrdkafkaResolver.Ensure();
        _cluster = MockKafkaCluster.Start(brokers);
        _cluster.SetFirstJoinDelay(TimeSpan.FromMilliseconds(50));
        foreach (var table in ShopDatabase.Tables) _cluster.CreateTopic($"shop.public.{table}", PartitionsEach);
        _producer = new ProducerBuilder<byte[], byte[]?>(new ProducerConfig { BootstrapServers = Servers, LingerMs = 0, MaxInFlight = 1, SocketTimeoutMs = SocketPatience }).SetLogHandler(Silent).SetErrorHandler((_, _) => { }).Build();
        _auditor = Auditor();
    }

    public string Servers => _cluster.BootstrapServers;

    public int Brokers => _cluster.Brokers;

    public void Down(int broker) => _cluster.SetBrokerDown(broker);

    public void Up(int broker) => _cluster.SetBrokerUp(broker);

    public async Task<FedRecord> AppendAsync(RowChange change, WireRecord record, CancellationToken cancellationToken)
    {
        var headers = new Headers();
        foreach (var (name, value) in record.Headers) headers.Add(name, value);
        var partition = new TopicPartition(record.Topic, Murmur2.Partition(record.Key, PartitionsEach));
        var delivered = await _producer.ProduceAsync(partition, new Message<byte[], byte[]?> { Key = record.Key, Value = record.Value, Headers = headers }, cancellationToken);
        return new FedRecord(change, record.Topic, delivered.Partition.Value, delivered.Offset.Value);
    }

    /// <summary>The group's committed offsets; partitions without one are left out.</summary>
    public IReadOnlyDictionary<(string Topic, int Partition), long> Committed()
    {
        try
        {
            return _auditor.Committed(Partitions(), Patience).Where(o => o.Offset.Value >= 0).ToDictionary(o => (o.Topic, o.Partition.Value), o => o.Offset.Value);
        }
        catch (KafkaException)
        {
            // A consumer that is in no group does not look for a coordinator that moved while it was away: the next question is asked by a new one.
            _auditor.Dispose();
            _auditor = Auditor();
            throw;
        }
    }

    /// <summary>Where each partition ends, without those that are empty.</summary>
    public IReadOnlyDictionary<(string Topic, int Partition), long> Ends() => Partitions()
        .Select(p => (Key: (p.Topic, p.Partition.Value), End: _auditor.QueryWatermarkOffsets(p, Patience).High.Value)).Where(e => e.End > 0).ToDictionary(e => e.Key, e => e.End);

    public void Dispose()
    {
        _producer.Dispose();
        _auditor.Dispose();
        _cluster.Dispose();
    }

    private IConsumer<byte[], byte[]> Auditor() => new ConsumerBuilder<byte[], byte[]>(
        new ConsumerConfig { BootstrapServers = Servers, GroupId = Group, EnableAutoCommit = false, ReconnectBackoffMaxMs = 500, SocketTimeoutMs = SocketPatience }).SetLogHandler(Silent).SetErrorHandler((_, _) => { }).Build();

    private static IEnumerable<TopicPartition> Partitions() =>
        ShopDatabase.Tables.SelectMany(t => Enumerable.Range(0, PartitionsEach).Select(p => new TopicPartition($"shop.public.{t}", p)));

    private static void Silent(IClient client, LogMessage message)
    {
    }
}
