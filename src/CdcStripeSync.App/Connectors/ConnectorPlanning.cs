using System.Collections.Immutable;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.Connect.Agreement;
using CdcStripeSync.Connect.Desired;
using CdcStripeSync.Connect.Planning;
using CdcStripeSync.Connect.Rest;
using CdcStripeSync.Core.Mapping;

namespace CdcStripeSync.App.Connectors;

/// <summary>A whole plan: what the worker says, and what mapping, settings and source database say besides.</summary>
internal sealed class ConnectorPlanning(ConnectClient client, Settings settings)
{
    public async Task<PlanReport> PlanAsync(IReadOnlyList<DesiredConnector> wanted, CancellationToken cancellationToken)
    {
        var plans = await new Planner(client).PlanAsync(wanted, cancellationToken);
        var there = await client.ListAsync(cancellationToken);
        var mapping = settings.Mapping.Length > 0 ? MappingLoader.Load(settings.Mapping) : null;
        var source = await SourceLook.AtAsync(settings, cancellationToken);
        var notes = new List<string>();
        if (mapping is null) notes.Add("no mapping is configured: whether it agrees with the connectors is not looked at (--config, or --set mapping=FILE)");
        if (source.Trouble is not null && wanted.Any(ConfigRules.IsPostgres)) notes.Add(source.Trouble);
        notes.AddRange(there.Where(t => wanted.All(w => w.Name != t.Name)).Select(t => $"the worker has {t.Name} besides ({t.Status?.StateName ?? "no status"})"));
        var judged = plans.Select(p => p with { Problems = [.. p.Problems, .. Judge(p.Connector, mapping, source, there, plans.Length == 1)] }).ToImmutableArray();
        if (mapping is not null && plans.Length > 0 && !plans.Any(p => IsOf(p.Connector, mapping, plans.Length == 1))) notes.Add("none of these connectors captures a table of the mapping");
        return new PlanReport(judged, [.. notes]);
    }

    private IEnumerable<Problem> Judge(DesiredConnector connector, Mapping? mapping, SourceLook source, IReadOnlyList<ConnectorInfo> there, bool only)
    {
        var looked = source.IsOf(connector);
        if (looked)
        {
            var runs = there.Any(t => t.Name == connector.Name && t.Config.GetValueOrDefault("slot.name", "debezium") == (connector.Option("slot.name") ?? "debezium"));
            foreach (var problem in source.Judge(connector, runs)) yield return problem;
        }

        if (mapping is null || !IsOf(connector, mapping, only))
        {
            if (looked) foreach (var problem in MappingRules.MissingTables(connector, source.Tables!)) yield return problem;
        }
        else
        {
            foreach (var problem in MappingRules.Judge(connector, mapping, looked ? source.Tables : null)) yield return problem;
            if (settings.Kafka.TopicPrefix.Length > 0 && connector.Option("topic.prefix") is { } prefix && prefix != settings.Kafka.TopicPrefix)
                yield return Problem.Refusal($"topic.prefix: it is {prefix}, and the settings' kafka.topicPrefix is {settings.Kafka.TopicPrefix}", "the consumer would read other topics; make them equal");
            foreach (var problem in Names(connector)) yield return problem;
        }
    }

    /// <summary>The settings name what <c>check</c> looks at; it should be what the connector reads.</summary>
    private IEnumerable<Problem> Names(DesiredConnector connector)
    {
        if (!ConfigRules.IsPostgres(connector)) yield break;
        foreach (var (option, otherwise, setting, value) in new[]
        {
            ("publication.name", "dbz_publication", "source.publication", settings.Source.Publication), ("slot.name", "debezium", "source.slot", settings.Source.Slot),
        })
        {
            if (value.Length > 0 && (connector.Option(option) ?? otherwise) is var reads && reads != value)
                yield return Problem.Warning($"{option}: it is {reads}, and the settings' {setting} is {value}", "`check` looks at another one than the connector reads; make them equal");
        }
    }

    /// <summary>With several connectors the mapping belongs to those that write the consumer's topics, or capture one of its tables.</summary>
    private bool IsOf(DesiredConnector connector, Mapping mapping, bool only)
    {
        if (only) return true;
        if (settings.Kafka.TopicPrefix.Length > 0) return connector.Option("topic.prefix") == settings.Kafka.TopicPrefix;
        try
        {
            var captured = new CapturedNames(connector);
            return mapping.Resources.Any(m => m.From.Table is { } table ? captured.Captures(table) : captured.Tables.Contains(NameList.EntryOf(m.From.Text[1..^1])));
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
