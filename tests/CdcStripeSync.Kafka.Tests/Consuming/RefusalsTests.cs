using CdcStripeSync.Kafka.Consuming;
using CdcStripeSync.Kafka.Native;
using Confluent.Kafka;

namespace CdcStripeSync.Kafka.Tests.Consuming;

public sealed class RefusalsTests
{
    private static readonly Error NotAllowed = new(ErrorCode.TopicAuthorizationFailed, "not authorized");
    private readonly List<string> _alarms = [];
    private readonly Refusals _refusals;

    public RefusalsTests()
    {
        LibrdkafkaResolver.Ensure();
        _refusals = new Refusals(new KafkaSourceOptions("127.0.0.1:1", "g", ["a", "b"], new Dictionary<string, string>()) { Alarm = (message, _) => _alarms.Add(message) });
    }

    [Fact]
    public void Refusal_OfATopic_IsToldOnceForAllItsPartitions()
    {
        for (var i = 0; i < 6; i++) _refusals.Met(NotAllowed, new TopicPartition("a", i % 3));
        Assert.Equal("a cannot be read by group g: not authorized", Assert.Single(_alarms));
        _refusals.Met(NotAllowed, new TopicPartition("b", 0));
        Assert.Equal(2, _alarms.Count);
    }

    [Fact]
    public void Refusal_MetAgain_IsToldAgainOnlyWhenRecordsCameFromThere()
    {
        _refusals.Met(NotAllowed, new TopicPartition("a", 0));
        _refusals.Read(Record("a", 1));
        _refusals.Met(NotAllowed, new TopicPartition("a", 0));
        Assert.Single(_alarms);
        _refusals.Read(Record("a", 0));
        _refusals.Met(NotAllowed, new TopicPartition("a", 0));
        Assert.Equal(2, _alarms.Count);
    }

    [Fact]
    public void Refusal_OfTheGroup_NamesItsTopics_AndIsOverWithAnyRecord()
    {
        var refused = new Error(ErrorCode.GroupAuthorizationFailed, "not authorized");
        _refusals.Met(refused, null);
        _refusals.Met(refused, new TopicPartition(null, Partition.Any));
        Assert.Equal("a, b cannot be read by group g: not authorized", Assert.Single(_alarms));
        _refusals.Read(Record("b", 7));
        _refusals.Met(refused, null);
        Assert.Equal(2, _alarms.Count);
    }

    private static ConsumeResult<byte[], byte[]> Record(string topic, int partition) => new() { Topic = topic, Partition = partition, Offset = 1 };
}
