using System.CommandLine;
using CdcStripeSync.App.Activity;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Dev;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.App.Web;
using CdcStripeSync.DevStack.Connector;
using CdcStripeSync.DevStack.Postgres;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Commands;

internal static class RunCommand
{
    public static Command Create()
    {
        var dev = new Option<bool>("--dev") { Description = "Start everything on this machine too: PostgreSQL with the sample shop, Kafka, registry, connector, Stripe simulator." };
        var data = new Option<string>("--data") { Description = "With --dev: the folder that holds all data.", DefaultValueFactory = _ => ".devstack" };
        var mapping = new Option<string?>("--mapping") { Description = "With --dev: another mapping than the sample shop's (without it, the setting `mapping` names it)." };
        var shadow = new Option<bool>("--shadow") { Description = "Plan and record, send nothing to Stripe; with a consumer group and a state schema of its own (…-shadow, …_shadow), so that a later run misses nothing." };
        var web = new Option<string?>("--web") { Description = "Where the page listens; default http://127.0.0.1:0 with --dev, else web.url." };
        var createAll = new Option<bool>("--create-all") { Description = "Create objects for all rows although the account already holds some that are not ours (as approve --create-all)." };
        var adopt = new Option<bool>("--adopt") { Description = "Link the objects that the account already holds for rows (as approve --adopt)." };
        var skip = new Option<bool>("--skip-deleted-records") { Description = "Where Kafka deleted records before they were read, go on at its oldest one: for one start, and with a backfill of the mapped tables." };
        var command = new Command("run", "Consume row changes and keep Stripe true to them, until Ctrl-C.") { dev, data, mapping, shadow, web, createAll, adopt, skip };
        var settings = SettingsOptions.On(command);
        command.RunsUntilStopped(async (parsed, cancellationToken) =>
        {
            if (!parsed.GetValue(dev))
            {
                UsageErrors.RefuseIdle(parsed, "without --dev", data, mapping);
                var read = settings.ReadValid(parsed, s => s.Web.Url = parsed.GetValue(web) ?? s.Web.Url);
                return await DeliveryHost.RunAsync(read, new DeliveryRun(parsed.GetValue(shadow), parsed.GetValue(adopt), parsed.GetValue(createAll), parsed.GetValue(skip)), cancellationToken);
            }

            UsageErrors.RefuseIdle(parsed, "with --dev, whose stack is its own", [.. settings.All, adopt, createAll, skip]);
            await DevAsync(parsed.GetValue(data)!, parsed.GetValue(mapping) ?? Shipped.Mapping, parsed.GetValue(shadow), parsed.GetValue(web) ?? "http://127.0.0.1:0", cancellationToken);
            return ExitCode.Fine;
        });
        return command;
    }

    private static async Task DevAsync(string data, string mapping, bool shadow, string url, CancellationToken cancellationToken)
    {
        using var logs = Logs.Create("Information");
        var options = new DevOptions(Path.GetFullPath(shadow ? data + "-shadow" : data), Shipped.Samples, Shipped.Connector, TimeSpan.FromMilliseconds(30), shadow) { Mapping = Path.GetFullPath(mapping) };
        await using var host = await StartAsync(options, new LoggingObserver(logs.For<LoggingObserver>()), cancellationToken);
        using var overview = new Overview(
            host.Mapping, host.Store, host.Activity, new StoreStamp("acct_sim", "test"), () => host.Records.Lag().Values.Sum(), () => host.Engine.Closed, shadow, host.ObjectsAsync);
        await using var web = await WebHost.StartAsync(url, overview, host.Activity, () => host.Records.Lag().Values.Sum(), cancellationToken);
        var file = Path.Combine(options.Folder, SettingsReader.DefaultFile);
        host.Settings.Web.Url = web.Address.ToString();
        await File.WriteAllTextAsync(file, SettingsPrinter.Whole(host.Settings), cancellationToken);
        Console.WriteLine($"""

            page      {web.Address}
            psql      psql 'host=127.0.0.1 port={host.Database.Port} user=postgres dbname={DevDatabase.Shop}'
            stripe    {host.Stripe.BaseAddress}   (any key that begins with sk_test_)
            data      {options.Folder}
            settings  {file}   (for the other commands: cdc-stripe parked list --config FILE)

            Try:  UPDATE products SET name = 'Blue tee' WHERE id = 1;
                  UPDATE prices SET amount = 24.00 WHERE lookup_key = 'tee-usd';
            Ctrl-C stops all of it; the next run goes on where this one stopped.

            """);
        await await Task.WhenAny(host.Ended, Task.Delay(Timeout.Infinite, cancellationToken));
    }

    /// <exception cref="UserErrorException">A part cannot start; the message says which and what to do.</exception>
    public static async Task<DevHost> StartAsync(DevOptions options, Pipeline.Observing.IDeliveryObserver observer, CancellationToken cancellationToken)
    {
        try
        {
            return await DevHost.StartAsync(options, MappingLoader.Load(options.Mapping), observer, cancellationToken);
        }
        catch (PostgresUnavailableException e)
        {
            throw new UserErrorException(e.Message, e.Hint, ExitCode.Error, e);
        }
        catch (ConnectorException e)
        {
            throw new UserErrorException(e.Message, "the connector's configuration is connectors/postgres-shop.json", ExitCode.Error, e);
        }
    }
}
