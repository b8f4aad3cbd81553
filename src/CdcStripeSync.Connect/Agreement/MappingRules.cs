using System.Collections.Immutable;
using CdcStripeSync.Connect.Desired;
using CdcStripeSync.Connect.Planning;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;

namespace CdcStripeSync.Connect.Agreement;

/// <summary>Where a connector's configuration and the mapping disagree. Pure.</summary>
public static class MappingRules
{
    /// <param name="source">The source's tables; null where the database was not looked at: then only the mapping's own names are judged.</param>
    public static ImmutableArray<Problem> Judge(DesiredConnector connector, Mapping mapping, IReadOnlyList<SourceTable>? source)
    {
        var problems = ImmutableArray.CreateBuilder<Problem>();
        CapturedNames captured;
        try
        {
            captured = new CapturedNames(connector);
            foreach (var map in mapping.Resources) Judge(problems, connector, captured, map, source);
        }
        catch (ArgumentException e)
        {
            return [Problem.Refusal($"an include or exclude list, or message.key.columns, holds what is no regular expression: {e.Message}", "Debezium takes regular expressions with commas between them")];
        }

        foreach (var entry in captured.Tables) Unmapped(problems, entry, mapping, source);
        if (source is not null) Surplus(problems, captured, mapping, source);
        else if (!captured.ListsColumns) problems.Add(Problem.Warning("column.include.list is not set: every column leaves the database", "`cdc-stripe connectors generate` prints the columns that the mapping reads"));
        Operations(problems, connector);
        return problems.ToImmutable();
    }

    private static void Judge(ImmutableArray<Problem>.Builder problems, DesiredConnector connector, CapturedNames captured, ResourceMap map, IReadOnlyList<SourceTable>? source)
    {
        var tables = source?.Where(t => map.Matches(t.Table)).Select(t => t.Table).ToList() ?? (map.From.Table is { } one ? [one] : []);
        if (source is not null && tables.Count == 0) problems.Add(Problem.Refusal($"{map.Name}: there is no table {map.From} in the database", "correct from: in the mapping, or create the table"));
        if (source is null && map.From.Table is null && captured.Tables.Count > 0 && !captured.Tables.Contains(NameList.EntryOf(map.From.Text[1..^1])))
            problems.Add(Problem.Warning($"table.include.list: whether it captures {map.From} cannot be told without the database", "set source.connectionString, or use the entry of `cdc-stripe connectors generate`"));
        foreach (var table in tables)
        {
            if (!captured.Captures(table))
            {
                problems.Add(Problem.Refusal($"table.include.list: it leaves out {table}, which {map.Name} is mapped from", $"add {NameList.Entry(table.ToString())}"));
                continue;
            }

            var facts = source?.First(t => t.Table == table);
            var left = map.Columns.Where(c => !captured.Captures(table, c)).ToList();
            if (left.Count > 0) problems.Add(Problem.Refusal($"column.include.list: it leaves out {string.Join(", ", left)} of {table}, which {map.Name} reads", $"add {Columns(table, left)}"));
            Key(problems, connector, map, table, facts);
            foreach (var rule in connector.Config.Where(o => IsRewriting(o.Key)))
            {
                var list = NameList.Parse(rule.Value);
                foreach (var column in map.Columns.Where(c => list?.Matches($"{table}.{c}") == true))
                    problems.Add(Problem.Refusal($"{rule.Key}: it changes {table}.{column}, which {map.Name} reads", "what is masked or cut would go to Stripe; take the column out of it"));
            }
        }
    }

    /// <summary>Recorded (shop-keyed-by-product): other keys than the primary key reach deletes and compaction wrongly.</summary>
    private static void Key(ImmutableArray<Problem>.Builder problems, DesiredConnector connector, ResourceMap map, TableId table, SourceTable? facts)
    {
        if (MessageKeys.For(table, connector.Option("message.key.columns")) is not { } keys) return;
        var primary = facts?.PrimaryKey is { Length: > 0 } known ? known : map.KeyColumns;
        var missing = primary.Where(c => !keys.Contains(c)).ToList();
        var compacted = connector.Config.Any(o => o.Key.StartsWith("topic.creation.", StringComparison.Ordinal) && o.Key.EndsWith(".cleanup.policy", StringComparison.Ordinal) && o.Value.Contains("compact", StringComparison.Ordinal));
        if (missing.Count > 0 && compacted)
            problems.Add(Problem.Refusal($"message.key.columns: the key of {table} lacks {string.Join(", ", missing)} of its primary key, and its topic is compacted", "compaction keeps one of several rows with the same key and loses the others; add the primary key, or do not compact"));
        if (facts is { FullIdentity: false } && keys.Any(c => !primary.Contains(c)))
            problems.Add(Problem.Refusal($"message.key.columns: {table} is keyed by {string.Join(", ", keys)}, but its deletes tell only {string.Join(", ", primary)}", $"deletes would reach the key of no row; ALTER TABLE {SourceSql.Name(table)} REPLICA IDENTITY FULL;"));
        else if (facts is null && keys.Any(c => !primary.Contains(c)))
            problems.Add(Problem.Warning($"message.key.columns: {table} is keyed by {string.Join(", ", keys)}", $"its deletes are right only with ALTER TABLE {SourceSql.Name(table)} REPLICA IDENTITY FULL;"));
    }

    /// <summary>Entries of the include list that match no table: mistyped, or forgotten. For connectors that no mapping speaks of.</summary>
    public static ImmutableArray<Problem> MissingTables(DesiredConnector connector, IReadOnlyList<SourceTable> source)
    {
        try
        {
            return [.. new CapturedNames(connector).Tables.Where(e => !source.Any(t => NameList.Parse(e)!.Matches(t.Table.ToString()))).Select(NoTable)];
        }
        catch (ArgumentException e)
        {
            return [Problem.Refusal($"an include or exclude list holds what is no regular expression: {e.Message}", "Debezium takes regular expressions with commas between them")];
        }
    }

    private static Problem NoTable(string entry) => Problem.Refusal($"table.include.list: there is no table {entry} in the database", "create it, or correct the name");

    private static void Unmapped(ImmutableArray<Problem>.Builder problems, string entry, Mapping mapping, IReadOnlyList<SourceTable>? source)
    {
        var list = NameList.Parse(entry)!;
        if (source is null)
        {
            if (!mapping.Resources.Any(m => m.From.Table is { } t ? list.Matches(t.ToString()) : NameList.EntryOf(m.From.Text[1..^1]) == entry) && mapping.Resources.All(m => m.From.Table is not null))
                problems.Add(Problem.Warning($"table.include.list: nothing is mapped from {entry}", "its rows leave the database for nothing"));
            return;
        }

        var tables = source.Where(t => list.Matches(t.Table.ToString())).Select(t => t.Table).ToList();
        if (tables.Count == 0) problems.Add(NoTable(entry));
        foreach (var table in tables.Where(t => !mapping.For(t).Any() && !IsSignal(t, entry)))
            problems.Add(Problem.Warning($"table.include.list: nothing is mapped from {table}", "its rows leave the database for nothing"));
    }

    private static void Surplus(ImmutableArray<Problem>.Builder problems, CapturedNames captured, Mapping mapping, IReadOnlyList<SourceTable> source)
    {
        foreach (var facts in source.Where(t => captured.Captures(t.Table) && mapping.For(t.Table).Any()))
        {
            var needed = mapping.For(facts.Table).SelectMany(m => m.Columns).Concat(facts.PrimaryKey).ToHashSet(StringComparer.Ordinal);
            var surplus = facts.Columns.Where(c => captured.Captures(facts.Table, c) && !needed.Contains(c)).ToList();
            if (surplus.Count > 0)
                problems.Add(Problem.Warning($"column.include.list: {string.Join(", ", surplus)} of {facts.Table} {(surplus.Count == 1 ? "is" : "are")} not mapped and leave{(surplus.Count == 1 ? "s" : "")} the database all the same", "`cdc-stripe connectors generate` prints the list without"));
        }
    }

    private static void Operations(ImmutableArray<Problem>.Builder problems, DesiredConnector connector)
    {
        var skipped = (connector.Option("skipped.operations") ?? "t").Split(',', StringSplitOptions.TrimEntries);
        foreach (var operation in skipped.Where(o => o is "c" or "u" or "d"))
            problems.Add(Problem.Refusal($"skipped.operations: it drops {(operation == "c" ? "inserts" : operation == "u" ? "updates" : "deletes")}", "Stripe would never hear of them; set none"));
        if (skipped.Contains("t")) problems.Add(Problem.Warning("skipped.operations: truncates are dropped (Debezium's default)", "objects of a truncated table stay in Stripe until a reconciliation; set none"));
        if (string.Equals(connector.Option("decimal.handling.mode"), "double", StringComparison.OrdinalIgnoreCase))
            problems.Add(Problem.Warning("decimal.handling.mode is double: amounts are rounded to binary fractions", "set precise (Avro) or string"));
        if (connector.Option("snapshot.mode") is "no_data" or "never")
            problems.Add(Problem.Warning("snapshot.mode takes no rows that are there already", "only rows that change reach Stripe until a backfill (`cdc-stripe connectors backfill`)"));
    }

    private static bool IsRewriting(string option) => option.StartsWith("column.mask.", StringComparison.Ordinal) || option.StartsWith("column.truncate.", StringComparison.Ordinal);

    private static bool IsSignal(TableId table, string entry) => table.Name.Contains("signal", StringComparison.OrdinalIgnoreCase) || entry.Contains("signal", StringComparison.OrdinalIgnoreCase);

    private static string Columns(TableId table, IEnumerable<string> columns) => string.Join(",", columns.Select(c => NameList.Entry($"{table}.{c}")));
}
