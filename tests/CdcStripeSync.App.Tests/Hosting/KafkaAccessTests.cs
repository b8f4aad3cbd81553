using CdcStripeSync.App.Checks;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Connectors;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Connect.Backfilling;
using CdcStripeSync.Pipeline.Observing;

namespace CdcStripeSync.App.Tests.Hosting;

public sealed class KafkaAccessTests
{
    [Theory]
    [InlineData("no.such.property", "x")]
    [InlineData("security.protocol", "foo")]
    [InlineData("session.timeout.ms", "soon")]
    public async Task Property_ThatLibrdkafkaDoesNotTake_IsSaidByEveryClient(string name, string value)
    {
        var settings = new KafkaSettings { BootstrapServers = "127.0.0.1:1", Topics = ["a"], DeadLetterTopic = "letters", Properties = { [name] = value } };
        var patience = TimeSpan.FromSeconds(1);
        IReadOnlyList<UserErrorException> refusals =
        [
            await Assert.ThrowsAsync<UserErrorException>(() => KafkaAccess.TopicsAsync(settings, patience, CancellationToken.None)),
            Assert.Throws<UserErrorException>(() => KafkaAccess.Admin(settings, patience)),
            Assert.Throws<UserErrorException>(() => KafkaAccess.Copies(settings, (_, _) => { })),
            Assert.Throws<UserErrorException>(() => KafkaAccess.Source(settings, new SilentObserver(), skipsDeletedRecords: false)),
            Assert.Throws<UserErrorException>(() => new TopicSample(settings).Newest([])),
            Assert.Throws<UserErrorException>(() => NotificationReader.Open(new Settings { Kafka = settings }, "notifications")),
            await Assert.ThrowsAsync<UserErrorException>(() => Backfill(settings).RunAsync(null, _ => { }, CancellationToken.None)),
        ];
        Assert.All(refusals, r => Assert.Equal((true, ExitCode.Usage), (r.Message.StartsWith("kafka.properties: ", StringComparison.Ordinal), r.ExitCode)));
    }

    /// <summary>Asks through a topic.</summary>
    private static BackfillRun Backfill(KafkaSettings settings) => new(
        new Settings { Kafka = settings }, new SignalChannel("signals", null, null, "shop", LosesEarlySignals: false), new BackfillSignal("one", ["public.products"], null));
}
