using System.Collections.Immutable;

namespace CdcStripeSync.Connect.Planning;

/// <summary>Finds options that nobody reads. The worker's validation passes over them in silence (recorded), so a mistyped option would do nothing.</summary>
public static class UnknownOptions
{
    /// <summary>Handed on to converters, transformations, clients and drivers: what follows the prefix is theirs.</summary>
    private static readonly string[] PassedOn =
    [
        "key.converter.", "value.converter.", "header.converter.", "transforms.", "predicates.", "topic.creation.", "producer.override.", "admin.override.", "consumer.override.",
        "driver.", "schema.history.internal.", "signal.kafka.", "signal.consumer.", "notification.", "column.mask.hash.", "column.mask.with.", "column.truncate.to.",
        "snapshot.select.statement.overrides.", "internal.", "openlineage.integration.", "offset.",
    ];

    /// <summary>Options of Debezium 3.5 that its definition leaves out, and those that only some of its connectors define.</summary>
    private static readonly string[] AlsoKnown =
    [
        "name", "read.only", "field.name.adjustment.mode", "topic.delimiter", "topic.cache.size", "topic.transaction", "topic.heartbeat.prefix", "signal.file", "notification.sink.topic.name",
    ];

    /// <summary>Fewer than these, and the worker has not told its plugin's definition: every plugin has the worker's own options besides.</summary>
    private const int Complete = 20;

    public static ImmutableArray<Problem> Find(IReadOnlyDictionary<string, string> config, IReadOnlySet<string> known)
    {
        var named = Named(config, "converters").Concat(Named(config, "post.processors")).Select(n => n + ".").ToList();
        return
        [
            .. config.Keys.Order(StringComparer.Ordinal)
                .Where(o => !known.Contains(o) && !AlsoKnown.Contains(o) && !PassedOn.Concat(named).Any(p => o.StartsWith(p, StringComparison.Ordinal)))
                .Select(o => (Option: o, Near: Nearest(o, known)))
                // Debezium hands database.* on to the driver: only what looks mistyped is one of ours.
                .Where(o => o.Near is not null || (known.Count >= Complete && !o.Option.StartsWith("database.", StringComparison.Ordinal)))
                .Select(o => Problem.Refusal($"{o.Option}: the worker's connector does not know this option and would pass over it", o.Near is null ? "take it away, or correct its name" : $"did you mean {o.Near}?")),
        ];
    }

    private static string[] Named(IReadOnlyDictionary<string, string> config, string option) =>
        config.GetValueOrDefault(option, "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string? Nearest(string option, IReadOnlySet<string> known) =>
        known.Concat(AlsoKnown).Select(k => (Name: k, Distance: Distance(option, k))).Where(k => k.Distance <= Math.Max(1, option.Length / 6)).OrderBy(k => k.Distance).ThenBy(k => k.Name, StringComparer.Ordinal).FirstOrDefault().Name;

    /// <summary>Levenshtein's distance.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = row[j];
                row[j] = next;
            }
        }

        return row[b.Length];
    }
}
