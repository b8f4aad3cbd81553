using System.Collections.Immutable;
using CdcStripeSync.Connect.Desired;
using CdcStripeSync.Connect.Rest;

namespace CdcStripeSync.Connect.Planning;

/// <summary>What connectors must not share: a topic prefix, a slot, a binlog reader's number, a history topic.</summary>
public static class FleetRules
{
    /// <param name="others">The other connectors of the plan, and those of the worker that the plan does not change.</param>
    public static ImmutableArray<Problem> Judge(DesiredConnector connector, IEnumerable<(string Name, IReadOnlyDictionary<string, string> Config)> others)
    {
        var problems = ImmutableArray.CreateBuilder<Problem>();
        foreach (var (name, config) in others.Where(o => o.Name != connector.Name))
        {
            if (Shared(connector, config, "topic.prefix", null) is { } prefix)
                problems.Add(Problem.Refusal($"topic.prefix: {name} writes to {prefix}.… too", "two connectors with one prefix mix their records and offsets; give each its own"));
            if (SameKind(connector, config, "PostgresConnector") && Shared(connector, config, "slot.name", "debezium") is { } slot)
                Server(problems, connector, config, $"slot.name: {name} reads the slot {slot}", "only one connector can read a slot, and each would miss what the other has read; give each its own slot.name");
            if (SameKind(connector, config, "PostgresConnector") && Shared(connector, config, "publication.name", "dbz_publication") is { } publication && IsFiltered(connector) && IsFiltered(config) && SameServer(connector.Config, config) != false)
                problems.Add(Problem.Warning($"publication.name: {name} fits the publication {publication} to its own tables", "each start of one takes the other's tables out; give each its own publication, or manage one yourself with publication.autocreate.mode=disabled"));
            if (Shared(connector, config, "database.server.id", null) is { } id)
                Server(problems, connector, config, $"database.server.id: {name} reads the binlog as {id}", "the server disconnects one of two readers with the same number; give each its own");
            if (Shared(connector, config, "schema.history.internal.kafka.topic", null) is { } history)
                problems.Add(Problem.Refusal($"schema.history.internal.kafka.topic: {name} keeps its history in {history}", "a history belongs to one connector; give each its own topic"));
        }

        return problems.ToImmutable();
    }

    private static void Server(ImmutableArray<Problem>.Builder problems, DesiredConnector connector, IReadOnlyDictionary<string, string> other, string what, string why)
    {
        if (SameServer(connector.Config, other) is not { } same) problems.Add(Problem.Warning($"{what}, perhaps of the same server (the addresses are references)", why));
        else if (same) problems.Add(Problem.Refusal(what, why));
    }

    /// <summary>Null where a reference hides it.</summary>
    private static bool? SameServer(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other)
    {
        var (a, b) = (Address(one), Address(other));
        if (a == b) return true;
        return new[] { a.Item1, a.Item2, b.Item1, b.Item2 }.Any(t => Secrets.References(t).Any()) ? null : false;
    }

    private static (string Host, string Port) Address(IReadOnlyDictionary<string, string> config) => (
        config.GetValueOrDefault("database.hostname", "").ToLowerInvariant(),
        config.GetValueOrDefault("database.port", config.GetValueOrDefault("connector.class", "").EndsWith("PostgresConnector", StringComparison.Ordinal) ? "5432" : "3306"));

    private static bool SameKind(DesiredConnector connector, IReadOnlyDictionary<string, string> other, string kind) =>
        connector.Option("connector.class")?.EndsWith(kind, StringComparison.Ordinal) == true && other.GetValueOrDefault("connector.class", "").EndsWith(kind, StringComparison.Ordinal);

    private static bool IsFiltered(DesiredConnector connector) => IsFiltered(connector.Config);

    private static bool IsFiltered(IReadOnlyDictionary<string, string> config) => config.GetValueOrDefault("publication.autocreate.mode") == "filtered";

    private static string? Shared(DesiredConnector connector, IReadOnlyDictionary<string, string> other, string option, string? otherwise)
    {
        var mine = connector.Option(option) ?? otherwise;
        return mine is not null && mine == other.GetValueOrDefault(option, otherwise ?? "") ? mine : null;
    }
}
