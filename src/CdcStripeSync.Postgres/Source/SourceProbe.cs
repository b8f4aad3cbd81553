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
    /// <summary>The table, and where it is partitioned its partitions: they hold the rows, and each has a replica identity of its own.</summary>
    private const string StorageSql = """
        select p.nspname::text, c.relname::text, c.relkind = 'p', c.relreplident::text, has_schema_privilege(p.oid, 'usage') and has_table_privilege(c.oid, 'select'), c.relpersistence = 'u',
            coalesce((select array_agg(a.attname::text order by a.attname::text) from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
                where i.indrelid = c.oid and case when c.relreplident = 'i' then i.indisreplident else i.indisprimary end), '{}')
        from pg_class t join pg_namespace n on n.oid = t.relnamespace
        join lateral (select t.oid union select relid from pg_partition_tree(t.oid) where isleaf) l(id) on true
        join pg_class c on c.oid = l.id join pg_namespace p on p.oid = c.relnamespace
        where n.nspname = $1 and t.relname = $2 order by l.id <> t.oid, 1, 2
        """;

    private readonly SourceQuery _query = new(source);
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
            if (publication.Length > 0) findings.AddRange(await new PublicationLook(_query, _catalogue, publication).LookAsync(tables, cancellationToken));
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
        var server = (await _query.RowsAsync(
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
        var all = await _query.RowsAsync(
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
        foreach (var facts in await _query.RowsAsync(StorageSql, TableStorage.Read, cancellationToken, table.Schema, table.Name)) findings.AddRange(facts.Judge(map, table, _user));
    }

    private async Task SlotAsync(ImmutableArray<SourceFinding>.Builder findings, CancellationToken cancellationToken)
    {
        if (slot.Length == 0) return;
        var room = (await _query.RowsAsync(
            "select (select count(*) from pg_replication_slots), current_setting('max_replication_slots')::bigint, current_setting('max_slot_wal_keep_size') <> '-1'",
            r => (Used: r.GetInt64(0), Most: r.GetInt64(1), Limited: r.GetBoolean(2)), cancellationToken))[0];
        if ((await _query.RowsAsync(SlotHealth.Sql, SlotHealth.Read, cancellationToken, slot)).FirstOrDefault() is { } health)
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
}
