using System.Globalization;
using CdcStripeSync.App.Activity;
using CdcStripeSync.App.Comparison;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Connectors;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Connect.Backfilling;
using CdcStripeSync.Connect.Deploying;
using CdcStripeSync.Connect.Desired;
using CdcStripeSync.Connect.Rest;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Stripe.Reading;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace CdcStripeSync.App.Demo;

/// <summary>The scripted session against the configured stack: its own schema, topics, connector and state, taken away afterwards.</summary>
internal sealed class ExternalDemo(Settings settings, IReadOnlyList<DesiredConnector> configured, ConnectClient connect, TimeSpan patience)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private readonly ExternalNames _names = ExternalNames.New();

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cdc-stripe-external-").FullName;
        try
        {
            var file = Path.Combine(folder, "mapping.yaml");
            await File.WriteAllTextAsync(file, ExternalSetup.Mapping(ExternalSetup.SampleMapping, _names), cancellationToken);
            var mapping = MappingLoader.Load(file);
            var connector = ExternalSetup.Connector(configured, settings, mapping, _names);
            ExternalSetup.Turn(settings, _names, file);
            await using var database = new ExternalDatabase(settings.Source.ConnectionString!, _names);
            var code = ExitCode.Error;
            try
            {
                code = await SessionAsync(mapping, connector, database, cancellationToken);
            }
            finally
            {
                // Also after Ctrl-C: what was made is taken away.
                var catalogue = code == ExitCode.Fine ? null : new ExternalCatalogue(settings, mapping, _names);
                foreach (var left in await new ExternalRemoval(settings, _names, database, connect).RunAsync(catalogue, CancellationToken.None))
                {
                    Console.WriteLine($"left behind: {left}");
                }
            }

            Console.WriteLine($"{_names.Run}: taken away; its Stripe objects are archived or deleted");
            return code;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<int> SessionAsync(Mapping mapping, DesiredConnector connector, ExternalDatabase database, CancellationToken cancellationToken)
    {
        Console.WriteLine($"schema, topics, slot {_names.Run}; connector {_names.Connector} on {connect.Address}");
        await database.CreateAsync(mapping, cancellationToken);
        await CreateSignalTopicAsync(connector);
        await DeployAsync(connector, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var delivery = DeliveryHost.RunAsync(settings, new DeliveryRun(CreateAll: true), stop.Token);
        try
        {
            using var gateway = StripeAccess.Gateway(settings, mapping);
            var reads = Reads.Through(gateway, new RequestBudget(StripeAccess.Budget(settings), TimeProvider.System), new ActivityLog(TimeProvider.System));
            var reading = new CatalogueReading(mapping, database.Source, new StripeReader(reads, TimeSpan.FromSeconds(15)));
            var compared = await StepAsync("the snapshot", reading, mapping, delivery, cancellationToken);
            foreach (var (what, sql) in DemoScript.Steps)
            {
                await database.ExecuteAsync(ExternalSetup.Sql(sql, _names), cancellationToken);
                compared = await StepAsync(what, reading, mapping, delivery, cancellationToken);
            }

            await BackfillAsync(connector, cancellationToken);
            var shown = compared;
            await database.ExecuteAsync("DELETE FROM prices; DELETE FROM products; DELETE FROM customers", cancellationToken);
            await StepAsync("everything is deleted", reading, mapping, delivery, cancellationToken);
            Console.WriteLine($"{shown.Count} rows and objects compared before that, 0 different");
            return ExitCode.Fine;
        }
        finally
        {
            await stop.CancelAsync();
            await delivery.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>Waits until Stripe shows what the rows say.</summary>
    private async Task<IReadOnlyList<ComparedObject>> StepAsync(string what, CatalogueReading reading, Mapping mapping, Task delivery, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var compared = await reading.CompareAsync([.. mapping.Resources.Select(m => m.From.Table).OfType<Core.Changes.TableId>()], cancellationToken);
            var different = compared.Where(c => c.Differences.Count > 0).ToList();
            var took = TimeProvider.System.GetElapsedTime(started);
            if (different.Count == 0 && compared.Count > 0)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what} ({compared.Count} equal after {took.TotalSeconds:0.0} s)"));
                return compared;
            }

            if (delivery.IsCompleted) await delivery;
            if (took > patience)
            {
                throw new UserErrorException(
                    $"{what}: Stripe does not show it within {patience.TotalSeconds:0} s: {string.Join("; ", different.Take(5).Select(d => $"{d.Row}: {string.Join(", ", d.Differences)}"))}",
                    "`cdc-stripe check` and `cdc-stripe connectors status` say what is wrong; --timeout waits longer", ExitCode.Differs);
            }

            await Task.Delay(Interval, cancellationToken);
        }
    }

    private async Task DeployAsync(DesiredConnector connector, CancellationToken cancellationToken)
    {
        var report = await new ConnectorPlanning(connect, settings).PlanAsync([connector], cancellationToken);
        if (report.IsRefused)
        {
            foreach (var line in report.Lines()) Console.WriteLine(line);
            throw new UserErrorException("the demonstration's connector is refused", "mend what is marked REFUSED above; it takes after the configured connector", ExitCode.Usage);
        }

        var outcome = await new Deployer(connect, new Watcher(connect, TimeProvider.System)).ApplyAsync(report.Plans[0], WaitOptions.Default, cancellationToken);
        if (outcome.Kind != OutcomeKind.Runs) throw new UserErrorException($"{connector.Name}: {outcome.Words}", outcome.Advice ?? "look at the worker's log");
    }

    /// <summary>Brokers that make topics by themselves need not; one that cannot be asked makes them all.</summary>
    private async Task CreateSignalTopicAsync(DesiredConnector connector)
    {
        if (SignalChannel.Of(connector.Config).Topic is not { } topic) return;
        try
        {
            using var admin = KafkaAccess.Admin(settings.Kafka, TimeSpan.FromSeconds(3));
            await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 1, ReplicationFactor = -1 }]);
        }
        catch (KafkaException e) when (e.Error.Code is ErrorCode.Local_UnsupportedFeature or ErrorCode.Local_TimedOut or ErrorCode.TopicAlreadyExists)
        {
            // The DevStack's cluster has no controller, and makes topics when they are first named; elsewhere the backfill says what is missing.
        }
    }

    private async Task BackfillAsync(DesiredConnector connector, CancellationToken cancellationToken)
    {
        var channel = SignalChannel.Of(connector.Config);
        if (channel.Topic is null || channel.NotificationTopic is null) return;
        Console.WriteLine("  a backfill of the active products");
        var signal = new BackfillSignal($"{_names.Run}-backfill", [$"{_names.Run}.products"], "status = 'active'");
        if (!await new BackfillRun(settings, channel, signal).RunAsync(patience, line => Console.WriteLine($"    {line}"), cancellationToken))
            throw new UserErrorException("the backfill failed", "the notifications above say why");
    }
}
