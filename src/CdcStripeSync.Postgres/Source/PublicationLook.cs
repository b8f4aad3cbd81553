using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using Npgsql;

namespace CdcStripeSync.Postgres.Source;

/// <summary>Whether a publication lets out what the mapping reads, under the names that it is mapped from. Reads only.</summary>
internal sealed class PublicationLook(SourceQuery query, SourceCatalogue catalogue, string publication)
{
    /// <summary>A table belongs to a publication by itself, by its schema, by its parent (a partition), or because all tables do.</summary>
    private const string MembersSql = """
        select n.nspname::text, c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace, pg_publication p
        where p.pubname = $1 and c.relkind in ('r', 'p') and (p.puballtables and c.relpersistence = 'p' or exists (
            select from (select c.oid union select relid from pg_partition_ancestors(c.oid)) a(id) join pg_class m on m.oid = a.id
            where exists (select from pg_publication_rel r where r.prpubid = p.oid and r.prrelid = m.oid) {0}))
        """;

    private const string BySchema = "or exists (select from pg_publication_namespace s where s.pnpubid = p.oid and s.pnnspid = m.relnamespace)";

    private const string PartitionedSql =
        "select n.nspname::text, c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'p'";

    private readonly string _name = SqlName.Of(publication);

    public async Task<List<SourceFinding>> LookAsync(List<(ResourceMap Map, TableId Table)> mapped, CancellationToken cancellationToken)
    {
        var tables = mapped.Select(t => t.Table).Distinct().ToList();
        var partitioned = (await query.RowsAsync(PartitionedSql, Name, cancellationToken)).Where(tables.Contains).ToList();
        var found = await query.RowsAsync(
            "select pubinsert and pubupdate and pubdelete and pubtruncate, puballtables, pubviaroot from pg_publication where pubname = $1",
            r => (Whole: r.GetBoolean(0), All: r.GetBoolean(1), ViaRoot: r.GetBoolean(2)), cancellationToken, publication);
        if (found is not [var settings])
        {
            return
            [
                new SourceFinding(
                    "source.publication", false, $"there is no publication {publication}", "the connector has nothing to read, unless it may make it (publication.autocreate.mode)",
                    $"CREATE PUBLICATION {_name} FOR TABLE {string.Join(", ", tables.Select(SqlName.Of))}{(partitioned.Count > 0 ? " WITH (publish_via_partition_root = true)" : "")};"),
            ];
        }

        var findings = new List<SourceFinding>();
        if (!settings.Whole)
            findings.Add(Wrong("source.publication", "leaves out some kinds of change", "what it leaves out never reaches Stripe", $"ALTER PUBLICATION {_name} SET (publish = 'insert, update, delete, truncate');"));
        var version = (await query.RowsAsync("select current_setting('server_version_num')::int", r => r.GetInt32(0), cancellationToken))[0];
        await MembersAsync(findings, tables, settings.All, version, cancellationToken);
        if (version >= 150_000) await CoverageAsync(findings, mapped, cancellationToken);
        if (settings.ViaRoot) return findings;
        foreach (var table in partitioned)
            findings.Add(new SourceFinding("source.partitions", false, $"{table} is partitioned, and publication {publication} names its partitions", "changes arrive under the partitions' names, which nothing is mapped from", $"ALTER PUBLICATION {_name} SET (publish_via_partition_root = true);"));
        return findings;
    }

    private async Task MembersAsync(List<SourceFinding> findings, List<TableId> tables, bool all, int version, CancellationToken cancellationToken)
    {
        var members = await query.RowsAsync(MembersSql.Replace("{0}", version >= 150_000 ? BySchema : "", StringComparison.Ordinal), Name, cancellationToken, publication);
        var left = tables.Except(members).ToList();
        if (left.Count == 0) findings.Add(new SourceFinding("source.publication", true, $"publication {publication} holds the mapping's tables"));
        // A publication of all tables lacks only those that nobody can publish: that is said of them.
        else if (!all) findings.Add(Wrong("source.publication", $"lacks {string.Join(", ", left)}", "their changes never arrive", $"ALTER PUBLICATION {_name} ADD TABLE {string.Join(", ", left.Select(SqlName.Of))};"));
    }

    /// <summary>Columns and rows that the publication leaves out (PostgreSQL 15 and newer).</summary>
    private async Task CoverageAsync(List<SourceFinding> findings, List<(ResourceMap Map, TableId Table)> mapped, CancellationToken cancellationToken)
    {
        var published = await query.RowsAsync(
            "select schemaname::text, tablename::text, attnames::text[], rowfilter from pg_publication_tables where pubname = $1",
            r => new PublicationCoverage(Name(r), r.IsDBNull(2) ? null : [.. r.GetFieldValue<string[]>(2)], r.TextOrNull(3)), cancellationToken, publication);
        foreach (var (map, table) in mapped)
        {
            if (published.Find(p => p.Table == table) is not { } coverage) continue;
            var there = await catalogue.ColumnsAsync(table, cancellationToken);
            findings.AddRange(coverage.Judge(publication, map, [.. map.Columns.Where(there.ContainsKey)]));
        }
    }

    private SourceFinding Wrong(string name, string what, string why, string mend) => new(name, false, $"publication {publication} {what}", why, mend);

    private static TableId Name(NpgsqlDataReader reader) => new(reader.GetString(0), reader.GetString(1));
}
