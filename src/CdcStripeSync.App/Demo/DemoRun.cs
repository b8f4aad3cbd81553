using System.Diagnostics;
using System.Text.Json.Nodes;
using CdcStripeSync.App.Commands;
using CdcStripeSync.App.Comparison;
using CdcStripeSync.App.Dev;
using CdcStripeSync.App.Replay;
using CdcStripeSync.Pipeline.Observing;
using Npgsql;
using Spectre.Console;

namespace CdcStripeSync.App.Demo;

/// <summary>The scripted session on a DevStack of its own, whose data is gone afterwards.</summary>
internal sealed class DemoRun(string? script, int changes, bool json = false)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (script is not null && !File.Exists(script)) throw new UserErrorException($"{script} does not exist", "give the path of an SQL script", ExitCode.Usage);
        var folder = Directory.CreateTempSubdirectory("cdc-stripe-demo-").FullName;
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        try
        {
            var options = new DevOptions(folder, Shipped.Samples, Shipped.Connector, TimeSpan.FromMilliseconds(100));
            await using var host = await RunCommand.StartAsync(options, new SilentObserver(), cancellationToken);
            await host.SettledAsync(Patience, cancellationToken);
            if (!json) AnsiConsole.MarkupLineInterpolated($"[grey]snapshot settled: {Counted.Of(host.Activity.Requests, "request")}[/]");
            if (script is not null) await ScriptAsync(host, script, cancellationToken);
            else await StepsAsync(host, cancellationToken);
            if (changes > 0) await PaceAsync(host, cancellationToken);
            var compared = await host.CompareAsync(cancellationToken);
            return json ? Print(host, compared) : Report(host, compared);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task ScriptAsync(DevHost host, string script, CancellationToken cancellationToken)
    {
        try
        {
            // As a person would at psql: each statement or transaction is in Stripe before the next, so that rows which come and go are seen.
            await host.Database.ExecuteFileAsync(script, () => host.SettledAsync(Patience, 2, cancellationToken), cancellationToken);
        }
        catch (PostgresException e)
        {
            throw new UserErrorException($"{script}: PostgreSQL refuses: {e.SqlState} {e.MessageText}", "correct the script; it runs on the sample shop's tables");
        }

        await host.SettledAsync(Patience, cancellationToken);
    }

    private async Task StepsAsync(DevHost host, CancellationToken cancellationToken)
    {
        foreach (var (what, sql) in DemoScript.Steps)
        {
            var before = host.Activity.Requests;
            await host.Database.ExecuteAsync(sql, cancellationToken);
            await host.SettledAsync(Patience, cancellationToken);
            if (!json) AnsiConsole.MarkupLineInterpolated($"  {what} [grey]({Counted.Of(host.Activity.Requests - before, "request")})[/]");
        }
    }

    /// <summary>Five changes a second, each of them one request: how long from commit to Stripe's answer.</summary>
    private async Task PaceAsync(DevHost host, CancellationToken cancellationToken)
    {
        host.Activity.ForgetFreshness();
        if (!json) AnsiConsole.MarkupLineInterpolated($"[grey]{Counted.Of(changes, "change")} at 5 a second …[/]");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (var n = 0; n < changes; n++)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            await host.Database.ExecuteAsync($"UPDATE products SET name = 'Mug no. {n}' WHERE id = {(n % 2 == 0 ? 1 : 100)}", cancellationToken);
        }

        await host.SettledAsync(Patience, cancellationToken);
    }

    private static int Print(DevHost host, IReadOnlyList<ComparedObject> compared)
    {
        Console.WriteLine(new JsonObject
        {
            ["objects"] = ReplayJson.Objects(host.Stripe.Objects()),
            ["different"] = new JsonArray([.. compared.Where(c => c.Differences.Count > 0).Select(c => (JsonNode)JsonValue.Create($"{c.Row}: {string.Join("; ", c.Differences)}"))]),
            ["counts"] = new JsonObject([.. host.Activity.Counts.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)JsonValue.Create(c.Value)))]),
        }.ToJsonString(ReplayJson.Indented));
        return compared.All(c => c.Differences.Count == 0) ? ExitCode.Fine : ExitCode.Differs;
    }

    private static int Report(DevHost host, IReadOnlyList<ComparedObject> compared)
    {
        var table = new Table().AddColumn("row").AddColumn("PostgreSQL says").AddColumn("Stripe").AddColumn("Stripe shows").AddColumn("");
        foreach (var item in compared.OrderBy(c => c.Resource, StringComparer.Ordinal).ThenBy(c => c.Row, StringComparer.Ordinal))
        {
            table.AddRow(
                Markup.Escape(item.Row), Markup.Escape(item.Expected), Markup.Escape(item.StripeId ?? "–"), Markup.Escape(item.Observed),
                item.Differences.Count == 0 ? "[green]equal[/]" : $"[red]{Markup.Escape(string.Join("; ", item.Differences))}[/]");
        }

        AnsiConsole.Write(table);
        var different = compared.Count(c => c.Differences.Count > 0);
        foreach (var row in host.Activity.Waiting.Values) AnsiConsole.MarkupLineInterpolated($"[yellow]waits[/] {row.Key.ToString()} ({row.Reason}): {row.Message}");
        var freshness = host.Activity.Freshness.Order().ToList();
        if (freshness.Count > 0)
        {
            AnsiConsole.MarkupLineInterpolated(
                $"commit to Stripe's answer over {Counted.Of(freshness.Count, "change")} with 100 ms simulated latency: p50 {At(freshness, 0.5):0} ms, p99 {At(freshness, 0.99):0} ms, longest {freshness[^1] * 1000:0} ms");
        }

        AnsiConsole.MarkupLineInterpolated($"{Counted.Of(host.Activity.Requests, "request")}; {compared.Count} rows and objects compared, {different} different; resident {Process.GetCurrentProcess().WorkingSet64 / 1_000_000} MB");
        return different == 0 ? ExitCode.Fine : ExitCode.Differs;
    }

    private static double At(List<double> sorted, double share) => 1000 * sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];
}
