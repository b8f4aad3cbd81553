using System.Text.RegularExpressions;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.Kafka.Consuming;
using CdcStripeSync.Kafka.Native;
using CdcStripeSync.Kafka.Producing;
using CdcStripeSync.Pipeline.Observing;
using Confluent.Kafka;

namespace CdcStripeSync.App.Hosting;

/// <summary>The configured Kafka.</summary>
internal static class KafkaAccess
{
    /// <summary>Topics that are there, with their partitions; internal ones too.</summary>
    /// <exception cref="UserErrorException">No broker answers in time, or a property is wrong.</exception>
    public static async Task<IReadOnlyList<TopicMetadata>> TopicsAsync(KafkaSettings settings, TimeSpan patience, CancellationToken cancellationToken)
    {
        string? lastError = null;
        try
        {
            using var admin = Admin(settings, patience, error => lastError ??= error.Reason);
            return (await Task.Run(() => admin.GetMetadata(patience), cancellationToken)).Topics;
        }
        catch (KafkaException e)
        {
            throw new UserErrorException($"Kafka at {settings.BootstrapServers} does not answer: {lastError ?? e.Error.Reason}", "start it, or mend kafka.bootstrapServers and kafka.properties", ExitCode.Error, e);
        }
    }

    /// <param name="failed">Told what goes wrong behind the calls.</param>
    /// <exception cref="UserErrorException">A property is wrong.</exception>
    public static IAdminClient Admin(KafkaSettings settings, TimeSpan patience, Action<Error>? failed = null) => Building(() =>
        new AdminClientBuilder(Configured(new AdminClientConfig { SocketTimeoutMs = (int)patience.TotalMilliseconds }, settings))
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => failed?.Invoke(error)).Build());

    /// <summary>With the brokers, and the user's properties over all; librdkafka is there then. For a client that is built within <see cref="Building"/>.</summary>
    public static T Configured<T>(T configuration, KafkaSettings settings)
        where T : ClientConfig
    {
        LibrdkafkaResolver.Ensure();
        configuration.BootstrapServers = settings.BootstrapServers;
        foreach (var (name, value) in settings.Properties) configuration.Set(name, value);
        return configuration;
    }

    /// <summary>The topics that one entry of <c>kafka.topics</c> names.</summary>
    public static IReadOnlyList<string> Named(string wanted, IEnumerable<string> topics) =>
        wanted.StartsWith('^') ? [.. topics.Where(t => Regex.IsMatch(t, wanted))] : [.. topics.Where(t => t == wanted)];

    /// <summary>Where dead letters are copied to; null where they are not.</summary>
    /// <exception cref="UserErrorException">A property is wrong.</exception>
    public static DeadLetterTopic? Copies(KafkaSettings settings, Action<string, string> alarm) =>
        settings.DeadLetterTopic.Length == 0 ? null : Building(() => new DeadLetterTopic(settings.BootstrapServers, settings.DeadLetterTopic, settings.Properties.AsReadOnly(), alarm));

    /// <exception cref="UserErrorException">A property is wrong, or may not be set.</exception>
    public static KafkaRecordSource Source(KafkaSettings settings, IDeliveryObserver observer, bool skipsDeletedRecords)
    {
        try
        {
            return Building(() => new KafkaRecordSource(new KafkaSourceOptions(settings.BootstrapServers, settings.GroupId, [.. settings.Topics], settings.Properties.AsReadOnly()) { Alarm = observer.Alarm, SkipsDeletedRecords = skipsDeletedRecords }));
        }
        catch (KafkaSourceException e)
        {
            throw new UserErrorException(e.Message, e.Hint, ExitCode.Usage, e);
        }
    }

    /// <summary>A client by the settings: librdkafka takes or refuses its properties when it is made.</summary>
    /// <exception cref="UserErrorException">A property's name or value is wrong.</exception>
    public static T Building<T>(Func<T> build)
    {
        try
        {
            return build();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new UserErrorException($"kafka.properties: {e.Message}", "names and values are librdkafka's: see its CONFIGURATION.md", ExitCode.Usage, e);
        }
    }
}
