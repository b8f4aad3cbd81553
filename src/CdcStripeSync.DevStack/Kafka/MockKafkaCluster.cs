namespace CdcStripeSync.DevStack.Kafka;

/// <summary>A Kafka that speaks the real protocol on loopback (groups, commits, transactions) and keeps nothing on disk.</summary>
/// <remarks>librdkafka's mock cluster: no admin CreateTopics, so topics are made here; a partition silently drops its oldest
/// records beyond 5 MiB or 100,000; no static membership. Clients that ask for an unknown topic make it with 4 partitions.</remarks>
public sealed class MockKafkaCluster : IDisposable
{
    /// <summary>Bytes that may lie unread in all partitions together, for whoever must lose none: well below what one of them forgets beyond.</summary>
    public const long MostUnread = 2 << 20;

    private const int TopicExists = 36;

    /// <summary>At most: the head of a batch of its own, and a record's.</summary>
    private const int Frame = 100;

    private readonly MockNative _native;
    private readonly IntPtr _handle;
    private readonly IntPtr _cluster;
    private int _disposed;

    private MockKafkaCluster(MockNative native, int brokers)
    {
        _native = native;
        _handle = native.CreateHandle();
        _cluster = native.CreateCluster(_handle, brokers);
        BootstrapServers = native.BootstrapServers(_cluster);
        Brokers = brokers;
    }

    /// <summary><c>127.0.0.1:port</c>, one for each broker, comma-separated; ports are free ones.</summary>
    public string BootstrapServers { get; }

    public int Brokers { get; }

    /// <summary>Bytes that a record takes in its partition, by those of its key, its value and its headers.</summary>
    public static long SizeOf(int key, int value, int headers) => Frame + key + value + headers;

    public static MockKafkaCluster Start(int brokers = 1) => new(MockNative.Load(), brokers);

    /// <summary>Makes a topic; one that exists stays as it is.</summary>
    public void CreateTopic(string topic, int partitions)
    {
        var code = _native.AddTopic(_cluster, topic, partitions);
        if (code is not (0 or TopicExists)) throw new InvalidOperationException($"the mock cluster refused topic {topic}: error {code}");
    }

    /// <summary>Cuts a broker's connections and refuses new ones until <see cref="SetBrokerUp"/>; brokers count from 1.</summary>
    public void SetBrokerDown(int broker) => _native.BrokerDown(_cluster, broker);

    public void SetBrokerUp(int broker) => _native.BrokerUp(_cluster, broker);

    /// <summary>How long a new group waits for more members before its first assignment; 3 s unless told, as a broker's <c>group.initial.rebalance.delay.ms</c>.</summary>
    public void SetFirstJoinDelay(TimeSpan delay) => _native.DelayFirstJoin(_cluster, (int)delay.TotalMilliseconds);

    /// <summary>Answers the next requests of a kind with an error.</summary>
    /// <param name="request">The protocol's number of the request: 1 Fetch, 10 FindCoordinator.</param>
    /// <param name="error">The protocol's number of the error.</param>
    public void Refuse(short request, int error, int times) => _native.Refuse(_cluster, request, [.. Enumerable.Repeat(error, times)]);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) _native.Destroy(_cluster, _handle);
    }
}
