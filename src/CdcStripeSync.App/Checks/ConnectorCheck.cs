using CdcStripeSync.App.Commands.Connectors;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Connectors;
using CdcStripeSync.Connect.Deploying;
using CdcStripeSync.Connect.Desired;
using CdcStripeSync.Connect.Planning;
using CdcStripeSync.Connect.Rest;

namespace CdcStripeSync.App.Checks;

/// <summary>The connectors that feed the consumer: their files against the worker, the mapping and the database, and how they do. For MySQL and MariaDB this is how the source is looked at.</summary>
internal sealed class ConnectorCheck(Settings settings)
{
    public async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancellationToken)
    {
        if (settings.Connect.Url.Length == 0) return [];
        try
        {
            using var client = ConnectorOptions.Client(settings);
            if (settings.Connect.Connectors.Length == 0) return await StatesAsync(client, [], cancellationToken);
            var wanted = Fitting(ConnectorFiles.Read(settings.Connect.Connectors, settings.Connect.Environment.Length > 0 ? settings.Connect.Environment : null, []));
            var report = await new ConnectorPlanning(client, settings).PlanAsync(wanted, cancellationToken);
            return [.. report.Plans.SelectMany(Judge), .. await StatesAsync(client, [.. wanted.Select(w => w.Name)], cancellationToken)];
        }
        catch (ConnectorFilesException e)
        {
            return [.. e.Errors.Select(error => new Finding(false, error, "mend the file, or connect.connectors and connect.environment"))];
        }
        catch (ConnectException e)
        {
            return [new Finding(false, e.Message, "start the worker, or mend connect.url and its credentials", "connectors cannot be looked at; changes flow only while they run")];
        }
    }

    /// <summary>Pure.</summary>
    internal static IEnumerable<Finding> Judge(ConnectorPlan plan)
    {
        var name = $"connector {plan.Connector.Name}";
        foreach (var problem in plan.Problems)
            yield return problem.Refuses ? new Finding(false, $"{name}: {problem.What}", problem.Mend, "`connectors apply` refuses it") : new Finding(true, $"{name}: {problem}");
        if (plan.Action == PlannedAction.Create) yield return new Finding(false, $"{name} is not on the worker", "cdc-stripe connectors apply", "no change arrives");
        if (plan.Action == PlannedAction.Change)
            yield return new Finding(false, $"{name} differs from its file: {string.Join(", ", plan.Changes.Select(c => c.Option))}", "cdc-stripe connectors plan, then apply", "somebody changed it by hand, or the file was not applied");
        if (plan.Problems.Any(p => p.Refuses)) yield break;
        yield return new Finding(true, ConfigRules.IsBinlog(plan.Connector)
            ? $"{name}: the connector's own validation reached its database (binlog format, row image and privileges: the task says them when it starts; no MySQL client is built in)"
            : $"{name}: the worker's validation finds nothing wrong");
    }

    private IReadOnlyList<DesiredConnector> Fitting(IReadOnlyList<DesiredConnector> all)
    {
        var own = all.Where(c => c.Option("topic.prefix") == settings.Kafka.TopicPrefix).ToList();
        return own.Count > 0 ? own : all;
    }

    /// <param name="only">Names; empty for all of the worker.</param>
    private static async Task<IReadOnlyList<Finding>> StatesAsync(ConnectClient client, IReadOnlyCollection<string> only, CancellationToken cancellationToken) =>
    [
        .. (await client.ListAsync(cancellationToken)).Where(c => only.Count == 0 || only.Contains(c.Name)).Select(c => c.Status switch
        {
            { Failed: true } failed when Watcher.Failure(failed) is var failure => new Finding(false, $"connector {c.Name} has failed: {failure.Words}", failure.Advice ?? "cdc-stripe connectors restart --failed", "no change arrives"),
            { Runs: true } => new Finding(true, $"connector {c.Name} runs"),
            var status => new Finding(false, $"connector {c.Name} does not run: {(status is null ? "no status yet" : Watcher.Describe(status))}", $"cdc-stripe connectors resume {c.Name}", "no change arrives"),
        }),
    ];
}
