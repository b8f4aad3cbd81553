using System.Collections.Immutable;
using CdcStripeSync.Core.Mapping;

namespace CdcStripeSync.Connect.Agreement;

/// <summary>Derives from the mapping what a connector must capture, so that the two cannot disagree.</summary>
public static class Generator
{
    /// <summary>The options <c>table.include.list</c> and <c>column.include.list</c>: only what the mapping reads leaves the database.</summary>
    /// <param name="source">The source's tables; null where the database was not looked at. With them, primary keys are captured too.</param>
    /// <param name="signalTable">Captured besides, where incremental snapshots are asked for in a table; null for none.</param>
    public static ImmutableSortedDictionary<string, string> Options(Mapping mapping, IReadOnlyList<SourceTable>? source, string? signalTable)
    {
        var signal = signalTable is null ? null : string.Join('.', signalTable.Split('.').TakeLast(2));
        var tables = mapping.Resources.Select(m => (Name: m.From.Table is { } t ? NameList.Entry(t.ToString()) : NameList.EntryOf(m.From.Text[1..^1]), Map: m)).ToList();
        var columns = tables.GroupBy(t => t.Name).Select(g => $"{Prefix(g.Key)}.({string.Join("|", Columns(g.Select(t => t.Map), source).Select(NameList.Entry))})");
        return ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
        [
            KeyValuePair.Create("table.include.list", string.Join(",", tables.Select(t => t.Name).Distinct().Concat(signal is null ? [] : [NameList.Entry(signal)]))),
            KeyValuePair.Create("column.include.list", string.Join(",", columns.Concat(signal is null ? [] : [$"{NameList.Entry(signal)}.(id|type|data)"]))),
        ]);
    }

    /// <summary>An expression with alternatives is one part of a longer one.</summary>
    private static string Prefix(string table) => table.Contains('|', StringComparison.Ordinal) ? $"(?:{table})" : table;

    private static IEnumerable<string> Columns(IEnumerable<ResourceMap> maps, IReadOnlyList<SourceTable>? source)
    {
        var all = maps.ToList();
        var keys = source?.Where(t => all.Exists(m => m.Matches(t.Table))).SelectMany(t => t.PrimaryKey) ?? [];
        return all.SelectMany(m => m.KeyColumns).Concat(keys).Concat(all.SelectMany(m => m.Columns)).Distinct(StringComparer.Ordinal);
    }
}
