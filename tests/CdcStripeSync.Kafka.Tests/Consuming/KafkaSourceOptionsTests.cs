using CdcStripeSync.Kafka.Consuming;

namespace CdcStripeSync.Kafka.Tests.Consuming;

public sealed class KafkaSourceOptionsTests
{
    [Fact]
    public async Task Properties_SecurityOfTheCluster_PassThroughToLibrdkafka()
    {
        await using var source = new KafkaRecordSource(With(("security.protocol", "sasl_plaintext"), ("sasl.mechanism", "PLAIN"), ("sasl.username", "u"), ("sasl.password", "p"), ("client.id", "x")));
        Assert.Empty(source.Lag());
    }

    [Fact]
    public void Properties_ThatBreakDelivery_AreRefusedByName()
    {
        var refused = Assert.Throws<KafkaSourceException>(() => new KafkaRecordSource(With(("enable.auto.commit", "true"), ("auto.offset.reset", "latest"))));
        Assert.Contains("auto.offset.reset, enable.auto.commit", refused.Message, StringComparison.Ordinal);
    }

    private static KafkaSourceOptions With(params (string Name, string Value)[] properties) =>
        new("127.0.0.1:1", "group", ["topic"], properties.ToDictionary(p => p.Name, p => p.Value));
}
