using CdcStripeSync.App.Activity;
using CdcStripeSync.App.Commands;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Web;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Debezium;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Kafka.Consuming;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Control;
using CdcStripeSync.Pipeline.Intake;
using CdcStripeSync.Pipeline.Observing;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Postgres.Source;
using CdcStripeSync.Stripe;

namespace CdcStripeSync.App.Hosting;

/// <summary>Delivery against the configured stack.</summary>
internal static class DeliveryHost
{
    private static readonly TimeSpan KafkaPatience = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(Settings settings, DeliveryRun run, CancellationToken cancellationToken)
    {
        if (run.Shadow)
        {
            settings.MakeShadow();
            var errors = SettingsValidator.OfState(settings);
            if (errors.Count > 0) throw new SettingsException(errors);
            Console.WriteLine($"shadow: nothing is sent; it reads as consumer group {settings.Kafka.GroupId} and remembers in schema {settings.State.Schema}");
        }

        var mapping = MappingLoader.Load(settings);
        using var logs = Logs.Create(settings.Log.Level);
        using var gateway = StripeAccess.Gateway(settings, mapping);
        await using var connection = StateAccess.Source(settings);
        var store = await StateAccess.OpenAsync(connection, settings, cancellationToken);
        var activity = new ActivityLog(TimeProvider.System);
        var requests = new RequestBudget(StripeAccess.Budget(settings), TimeProvider.System);
        var stamp = await StripeAccess.PinAsync(Reads.Through(gateway, requests, activity), mapping, store, cancellationToken);

        if (run.Adopt || run.CreateAll) await FirstStartAnswer.TellAsync(store, run.Adopt, run.CreateAll, cancellationToken);

        var logging = new LoggingObserver(logs.For<LoggingObserver>());
        using var copies = KafkaAccess.Copies(settings.Kafka, logging.Alarm);
        var observer = new Observers([activity, logging, .. copies is null ? Array.Empty<IDeliveryObserver>() : [copies]]);
        await LookAtTopicsAsync(settings, observer, cancellationToken);
        await using var source = KafkaAccess.Source(settings.Kafka, observer, run.SkipsDeletedRecords);
        using var schemas = new SchemaRegistryClient(settings.Registry.Options(), TimeProvider.System);
        await using var product = string.IsNullOrWhiteSpace(settings.Source.ConnectionString) ? null : SourceConnections.Create(settings.Source.ConnectionString);
        var sharing = new SharedBudget(requests, store, $"{Environment.MachineName}-{Guid.NewGuid():N}", observer, TimeProvider.System);
        var deadline = TimeSpan.FromSeconds(settings.Stripe.TimeoutSeconds);
        using var engine = new DeliveryEngine(
            mapping, source, new DebeziumDecoder(schemas, settings.Records.Options(settings.Kafka.TopicPrefix), t => mapping.For(t).Any()), store, gateway,
            requests, TimeProvider.System, new SystemRandomness(),
            observer,
            new DeliveryOptions
            {
                Shadow = run.Shadow,
                RequestDeadline = deadline,
                TakeOverAfter = deadline * 1.5,
                VanishedRows = settings.Records.VanishedRows,
                KeyChangePatience = TimeSpan.FromSeconds(settings.Records.KeyChangeSeconds),
            },
            product is null ? null : new PostgresRowReader(product, mapping), RecordImages.Of(mapping, schemas));
        var url = settings.Web.Url;
        using var overview = new Overview(mapping, store, activity, stamp, () => source.Lag().Values.Sum(), () => engine.Closed, run.Shadow, null);
        await using var web = url.Length == 0 ? null : await WebHost.StartAsync(
            url, overview, activity, () => source.Lag().Values.Sum(), cancellationToken);
        if (web is not null) Console.WriteLine($"page {web.Address}");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var aside = Task.WhenAll(sharing.RunAsync(stop.Token), AuditRetention.RunAsync(store, settings.State.AuditDays, TimeProvider.System, observer, stop.Token));
        try
        {
            await engine.RunAsync(cancellationToken);
        }
        catch (InvalidOperationException e) when (e.InnerException is KafkaSourceException inner)
        {
            throw new UserErrorException(inner.Message, inner.Hint, ExitCode.Error, e);
        }
        catch (KafkaSourceException e)
        {
            throw new UserErrorException(e.Message, e.Hint, ExitCode.Error, e);
        }
        finally
        {
            await stop.CancelAsync();
            await aside;
        }

        return ExitCode.Fine;
    }

    /// <summary>Kafka has to answer at the start; a topic may come later.</summary>
    private static async Task LookAtTopicsAsync(Settings settings, Observers observer, CancellationToken cancellationToken)
    {
        var topics = (await KafkaAccess.TopicsAsync(settings.Kafka, KafkaPatience, cancellationToken)).Select(t => t.Topic).ToList();
        foreach (var wanted in settings.Kafka.Topics.Where(w => KafkaAccess.Named(w, topics).Count == 0))
            observer.Alarm($"kafka.topics {wanted}: no such topic among {topics.Count}", "it is read when it is there; start the connector, or mend kafka.topics (a regular expression begins with ^)");
    }
}
