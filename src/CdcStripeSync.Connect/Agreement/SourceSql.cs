using System.Collections.Immutable;
using System.Text;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;

namespace CdcStripeSync.Connect.Agreement;

/// <summary>The SQL that a PostgreSQL source needs for a mapping: publication, replica identities, signal table.</summary>
public static class SourceSql
{
    /// <param name="source">The source's tables; null where the database was not looked at: then what depends on it stands as a comment.</param>
    /// <param name="signalTable">Null for none.</param>
    public static string Postgres(Mapping mapping, IReadOnlyList<SourceTable>? source, string publication, string? signalTable)
    {
        var sql = new StringBuilder();
        var tables = Tables(mapping, source);
        var published = tables.Concat(Table(signalTable) is { } signal ? [signal] : []).ToList();
        if (signalTable is not null && Table(signalTable) is { } table)
            sql.Append($"CREATE TABLE IF NOT EXISTS {Name(table)} (id varchar(42) PRIMARY KEY, type varchar(32) NOT NULL, data text);\n");
        if (published.Count > 0) sql.Append($"CREATE PUBLICATION {Quote(publication)} FOR TABLE {string.Join(", ", published.Select(Name))}{(IsPartitioned(tables, source) ? " WITH (publish_via_partition_root = true)" : "")};\n");
        foreach (var map in mapping.Resources.Where(m => m.From.Table is null && source is null)) sql.Append($"-- and the tables that {map.From} matches\n");
        foreach (var one in tables) Identity(sql, mapping, one, source?.FirstOrDefault(t => t.Table == one));
        return sql.ToString();
    }

    /// <summary>As SQL names the table.</summary>
    public static string Name(TableId table) => $"{Quote(table.Schema)}.{Quote(table.Name)}";

    /// <summary>As SQL names a publication, a schema, a role.</summary>
    public static string Name(string name) => Quote(name);

    internal static ImmutableArray<TableId> Tables(Mapping mapping, IReadOnlyList<SourceTable>? source) =>
        [.. mapping.Resources.SelectMany(m => source is not null ? source.Where(t => m.Matches(t.Table)).Select(t => t.Table) : m.From.Table is { } t ? [t] : []).Distinct()];

    /// <summary>A delete must tell the mapping's key: the primary key does where it holds it, else only the whole row.</summary>
    private static void Identity(StringBuilder sql, Mapping mapping, TableId table, SourceTable? facts)
    {
        var needed = mapping.For(table).SelectMany(m => m.KeyColumns).Distinct(StringComparer.Ordinal).ToList();
        var full = $"ALTER TABLE {Name(table)} REPLICA IDENTITY FULL;";
        if (facts is null) sql.Append($"-- only if {string.Join(", ", needed)} {(needed.Count == 1 ? "is" : "are")} not in the primary key: {full}\n");
        else if (!facts.FullIdentity && !needed.All(facts.PrimaryKey.Contains)) sql.Append($"{full}\n");
    }

    private static bool IsPartitioned(ImmutableArray<TableId> tables, IReadOnlyList<SourceTable>? source) => source?.Any(t => t.IsPartitioned && tables.Contains(t.Table)) == true;

    private static TableId? Table(string? name) => name?.Split('.') is { Length: >= 2 } parts ? new TableId(parts[^2], parts[^1]) : null;

    private static string Quote(string name) =>
        name.Length > 0 && !ReservedWords.Contains(name) && name.All(c => c is '_' or (>= 'a' and <= 'z') or (>= '0' and <= '9')) && !char.IsAsciiDigit(name[0]) ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
