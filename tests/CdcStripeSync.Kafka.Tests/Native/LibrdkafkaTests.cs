using CdcStripeSync.Kafka.Native;
using Confluent.Kafka;

namespace CdcStripeSync.Kafka.Tests.Native;

public sealed class LibrdkafkaTests
{
    [Fact]
    public void Library_BesideTheProgram_IsTheVersionThatConfluentKafkaWants()
    {
        LibrdkafkaResolver.Ensure();
        Assert.StartsWith("2.15.1", Library.VersionString, StringComparison.Ordinal);
    }
}
