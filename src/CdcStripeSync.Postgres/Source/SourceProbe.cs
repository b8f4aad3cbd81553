using System.Collections.Immutable;
using System.Globalization;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using Npgsql;

namespace CdcStripeSync.Postgres.Source;

/// <summary>Looks whether the source database can feed the change stream that the mapping needs. Reads only.</summary>
/// <param name="publication">Empty: not looked at.</param>
/// <param name="slot">Empty: not looked at.</param>
public sealed class SourceProbe(NpgsqlDataSource source, Mapping mapping, string publication, string slot)
{
    private readonly SourceCatalogue _catalogue = new(source);
    private string _user = "";

    public async Task<ImmutableArray<SourceFinding>> LookAsync(CancellationToken cancellationToken)
    {
        var findings = ImmutableArray.CreateBuilder<SourceFinding>();
        try
        {
            await ServerAsync(findings, cancellationToken);
            var tables = await TablesAsync(findings, cancellationToken);
            foreach (var (map, table) in tables) await TableAsync(findings, map, table, cancellationToken);
            await PublicationAsync(findings, tables, cancellationToken);
            if (publication.Length > 0) await CoverageAsync(findings, tables, cancellationToken);
            await SlotAsync(findings, cancellationToken);
        }
        catch (NpgsqlException e)
        {
            findings.Add(new SourceFinding(
                "source.reachable", false, e.Message, "the source database cannot be looked at; rows cannot be read directly",
                "set source.connectionString to a database that answers: Host=…;Database=…;Username=…"));
        }

        return findings.ToImmutable();
    }

    private async Task ServerAsync(ImmutableArray<SourceFinding>.Builder findings, CancellationToken cancellationToken)
    {
        var server = (await QueryAsync(
            "select current_setting('server_version'), current_setting('wal_level'), current_user::text, r.rolreplication or r.rolsuper from pg_roles r where r.rolname = current_user",
            r => (Version: r.GetString(0), WalLevel: r.GetString(1), User: r.GetString(2), Replicates: r.GetBoolean(3)), cancellationToken))[0];
        _user = server.User;
        findings.Add(new SourceFinding("source.reachable", true, $"PostgreSQL {server.Version} answers"));
        findings.Add(server.WalLevel == "logical"
            ? new SourceFinding("source.wal_level", true, "wal_level is logical")
            : new SourceFinding(
                "source.wal_level", false, $"wal_level is {server.WalLevel}", "the connector cannot read row changes from the log",
                "ALTER SYSTEM SET wal_level = 'logical'; -- then restart the server"));
        findings.Add(server.Replicates
            ? new SourceFinding("source.replication", true, $"{server.User} may replicate")
            : new SourceFinding(
                "source.replication", false, $"{server.User} may not replicate", "a connector that logs in as this user cannot open a slot (one with a user of its own can)",
                $"ALTER ROLE {SqlName.Of(server.User)} REPLICATION;"));
    }

    private async Task<List<(ResourceMap Map, TableId Table)>> TablesAsync(ImmutableArray<SourceFinding>.Builder findings, CancellationToken cancellationToken)
    {
        var all = await QueryAsync(
            "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            + "where c.relkind in ('r', 'p') and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema' order by 1, 2",
            r => new TableId(r.GetString(0), r.GetString(1)), cancellationToken);
        var found = new List<(ResourceMap, TableId)>();
        foreach (var map in mapping.Resources)
        {
            var tables = all.Where(map.Matches).ToList();
            found.AddRange(tables.Select(t => (map, t)));
            if (tables.Count > 0) continue;
            var near = map.From.Table is { } wanted ? all.Where(t => t.Name == wanted.Name).Select(t => t.ToString()).ToList() : [];
            findings.Add(new SourceFinding(
                "source.table", false, $"{map.Name}: no table {map.From}" + (near.Count > 0 ? $"; there is {string.Join(", ", near)}" : ""),
                $"no row ever becomes a {map.Type.Name}", $"correct from: of {map.Name} in the mapping, or create the table"));
        }

        return found;
    }

    private async Task TableAsync(ImmutableArray<SourceFinding>.Builder findings, ResourceMap map, TableId table, CancellationToken cancellationToken)
    {
        var columns = await _catalogue.ColumnsAsync(table, cancellationToken);
        var missing = map.Columns.Where(c => !columns.ContainsKey(c)).ToList();
        foreach (var column in missing)
        {
            var near = columns.Keys.FirstOrDefault(c => string.Equals(c, column, StringComparison.OrdinalIgnoreCase));
            findings.Add(new SourceFinding(
                "source.column", false, $"{table} has no column {column}" + (near is null ? "" : $"; it has {near}"),
                $"every row of {map.Name} would wait for it", $"correct the column in the mapping, or: ALTER TABLE {SqlName.Of(table)} ADD COLUMN {SqlName.Of(column)} …;"));
        }

        if (missing.Count == 0) findings.Add(new SourceFinding("source.column", true, $"{table} has the {map.Columns.Length.ToString(CultureInfo.InvariantCulture)} columns of {map.Name}"));
        findings.AddRange(ColumnFitness.Judge(map, table, columns));
        var facts = (await QueryAsync(
            """
            select c.relreplident::text, has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select'), c.relpersistence = 'u',
                coalesce((select array_agg(a.attname::text order by a.attname::text) from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
                    where i.indrelid = c.oid and case when c.relreplident = 'i' then i.indisreplident else i.indisprimary end), '{}')
            from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2
            """,
            r => (Identity: r.GetString(0), Readable: r.GetBoolean(1), Unlogged: r.GetBoolean(2), Key: r.GetFieldValue<string[]>(3)), cancellationToken, table.Schema, table.Name)).FirstOrDefault();
        if (facts == default) return;
        findings.Add(facts.Readable
            ? new SourceFinding("source.privilege", true, $"{table} may be read")
            : new SourceFinding("source.privilege", false, $"{table} may not be read", "rows cannot be read directly, nor by a snapshot as this user", $"GRANT USAGE ON SCHEMA {SqlName.Of(table.Schema)} TO {SqlName.Of(_user)}; GRANT SELECT ON {SqlName.Of(table)} TO {SqlName.Of(_user)};"));
        if (facts.Unlogged) findings.Add(new SourceFinding("source.unlogged", false, $"{table} is unlogged", "its changes are in no log, so nobody can read them", $"ALTER TABLE {SqlName.Of(table)} SET LOGGED;"));
        findings.Add(Identity(map, table, facts.Identity, facts.Key));
    }

    /// <summary>A delete must tell the row's key, and an update of it the old one.</summary>
    private static SourceFinding Identity(ResourceMap map, TableId table, string identity, string[] key)
    {
        var needed = string.Join(", ", map.KeyColumns);
        if (identity == "f") return new SourceFinding("source.replica_identity", true, $"{table}: deletes tell the whole row");
        if (identity != "n" && key.Length > 0 && map.KeyColumns.All(key.Contains)) return new SourceFinding("source.replica_identity", true, $"{table}: deletes tell {needed}");
        return new SourceFinding(
            "source.replica_identity", false,
            identity == "n" ? $"{table} has replica identity nothing" : key.Length == 0 ? $"{table} has no primary key" : $"{table}: deletes tell {string.Join(", ", key)}, the mapping's key is {needed}",
            "a deleted row cannot be told from its change", $"ALTER TABLE {SqlName.Of(table)} REPLICA IDENTITY FULL;");
    }

    private async Task PublicationAsync(ImmutableArray<SourceFinding>.Builder findings, List<(ResourceMap Map, TableId Table)> mapped, CancellationToken cancellationToken)
    {
        if (publication.Length == 0) return;
        var tables = mapped.Select(t => t.Table).Distinct().ToList();
        var found = await QueryAsync(
            "select pubinsert and pubupdate and pubdelete and pubtruncate from pg_publication where pubname = $1", r => r.GetBoolean(0), cancellationToken, publication);
        var name = SqlName.Of(publication);
        if (found.Count == 0)
        {
            findings.Add(new SourceFinding(
                "source.publication", false, $"there is no publication {publication}", "the connector has nothing to read, unless it may make it (publication.autocreate.mode)",
                $"CREATE PUBLICATION {name} FOR TABLE {string.Join(", ", tables.Select(SqlName.Of))};"));
            return;
        }

        if (!found[0])
        {
            findings.Add(new SourceFinding(
                "source.publication", false, $"publication {publication} leaves out some kinds of change", "what it leaves out never reaches Stripe",
                $"ALTER PUBLICATION {name} SET (publish = 'insert, update, delete, truncate');"));
        }

        var published = await QueryAsync(
            "select schemaname::text, tablename::text from pg_publication_tables where pubname = $1", r => new TableId(r.GetString(0), r.GetString(1)), cancellationToken, publication);
        var left = tables.Except(published).ToList();
        findings.Add(left.Count == 0
            ? new SourceFinding("source.publication", true, $"publication {publication} holds the mapping's tables")
            : new SourceFinding(
                "source.publication", false, $"publication {publication} lacks {string.Join(", ", left)}", "their changes never arrive",
                $"ALTER PUBLICATION {name} ADD TABLE {string.Join(", ", left.Select(SqlName.Of))};"));
    }

    /// <summary>Columns and rows that the publication leaves out (PostgreSQL 15 and newer), and partitions that it names instead of their table.</summary>
    private async Task CoverageAsync(ImmutableArray<SourceFinding>.Builder findings, List<(ResourceMap Map, TableId Table)> mapped, CancellationToken cancellationToken)
    {
        var version = (await QueryAsync("select current_setting('server_version_num')::int", r => r.GetInt32(0), cancellationToken))[0];
        var published = version < 150_000 ? [] : await QueryAsync(
            "select schemaname::text, tablename::text, attnames::text[], rowfilter from pg_publication_tables where pubname = $1",
            r => new PublicationCoverage(new TableId(r.GetString(0), r.GetString(1)), r.IsDBNull(2) ? null : [.. r.GetFieldValue<string[]>(2)], r.TextOrNull(3)), cancellationToken, publication);
        foreach (var (map, table) in mapped)
        {
            if (published.Find(p => p.Table == table) is not { } coverage) continue;
            var there = await _catalogue.ColumnsAsync(table, cancellationToken);
            findings.AddRange(coverage.Judge(publication, map, [.. map.Columns.Where(there.ContainsKey)]));
        }

        var partitioned = await QueryAsync(
            "select n.nspname::text, c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'p' and not exists (select from pg_publication where pubname = $1 and pubviaroot)",
            r => new TableId(r.GetString(0), r.GetString(1)), cancellationToken, publication);
        foreach (var table in partitioned.Where(p => mapped.Exists(m => m.Table == p)))
            findings.Add(new SourceFinding("source.partitions", false, $"{table} is partitioned, and publication {publication} names its partitions", "changes arrive under the partitions' names, which nothing is mapped from", $"ALTER PUBLICATION {SqlName.Of(publication)} SET (publish_via_partition_root = true);"));
    }

    private async Task SlotAsync(ImmutableArray<SourceFinding>.Builder findings, CancellationToken cancellationToken)
    {
        if (slot.Length == 0) return;
        var room = (await QueryAsync(
            "select (select count(*) from pg_replication_slots), current_setting('max_replication_slots')::bigint, current_setting('max_slot_wal_keep_size') <> '-1'",
            r => (Used: r.GetInt64(0), Most: r.GetInt64(1), Limited: r.GetBoolean(2)), cancellationToken))[0];
        if ((await QueryAsync(SlotHealth.Sql, SlotHealth.Read, cancellationToken, slot)).FirstOrDefault() is { } health)
        {
            findings.AddRange(health.Judge(room.Limited));
            return;
        }

        findings.Add(new SourceFinding(
            "source.slot", false, $"there is no replication slot {slot}", "a connector that starts now makes it and sees changes from then on; what came before needs a snapshot",
            "start the connector (it makes the slot itself)"));
        if (room.Used >= room.Most)
            findings.Add(new SourceFinding("source.slots", false, $"all {room.Most} replication slots are in use", "the connector cannot make its own", $"ALTER SYSTEM SET max_replication_slots = {room.Most + 5}; -- then restart the server"));
    }

    private async Task<List<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params string[] parameters)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var parameter in parameters) command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = parameter });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }
}
