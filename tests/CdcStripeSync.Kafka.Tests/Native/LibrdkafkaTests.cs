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

    [Fact]
    public void Library_Compression_ReadsWhatProducersCommonlyWrite()
    {
        LibrdkafkaResolver.Ensure();
        foreach (var codec in new[] { CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4 })
        {
            using var producer = new ProducerBuilder<Null, Null>(new ProducerConfig { BootstrapServers = "127.0.0.1:1", CompressionType = codec }).SetLogHandler((_, _) => { }).Build();
        }
    }
}
