using System.Collections.Immutable;
using CdcStripeSync.Core.Changes;
using Npgsql;
using NpgsqlTypes;

namespace CdcStripeSync.Postgres.Source;

/// <summary>Tables, slots and publications of the source database at one moment.</summary>
/// <param name="Publications">By name: whether each publishes the changes of partitions under their table's name.</param>
/// <param name="Roles">By name: whether each may replicate, by itself or through a managed service's role for it.</param>
/// <param name="Lsn">Where its log stands; null on a standby.</param>
public sealed record SourceSnapshot(
    string Database, string WalLevel, ulong? Lsn, ImmutableArray<SourceTableFacts> Tables, ImmutableArray<SourceSlot> Slots, ImmutableDictionary<string, bool> Publications, ImmutableDictionary<string, bool> Roles)
{
    private const string TablesSql = """
        select n.nspname::text, c.relname::text, c.relreplident::text, c.relkind = 'p',
            array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum),
            array(select a.attname::text from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey) where i.indrelid = c.oid and i.indisprimary
                order by array_position(i.indkey::int2[], a.attnum))
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and n.nspname not like 'pg\_%' and n.nspname <> 'information_schema' order by 1, 2
        """;

    /// <summary>Managed services lend the right by membership (rds_replication).</summary>
    private const string RolesSql = """
        select r.rolname::text, r.rolreplication or r.rolsuper or exists (select from pg_roles m where m.rolname like '%replication%' and m.oid <> r.oid and m.rolname not like 'pg\_%' and pg_has_role(r.oid, m.oid, 'member'))
        from pg_roles r
        """;

    /// <exception cref="NpgsqlException">The database does not answer, or may not be asked.</exception>
    public static async Task<SourceSnapshot> ReadAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var server = (await QueryAsync(
            source, "select current_database()::text, current_setting('wal_level'), case when pg_is_in_recovery() then null else pg_current_wal_lsn() end",
            r => (r.GetString(0), r.GetString(1), r.IsDBNull(2) ? (ulong?)null : (ulong)r.GetFieldValue<NpgsqlLogSequenceNumber>(2)), cancellationToken))[0];
        var tables = await QueryAsync(
            source, TablesSql,
            r => new SourceTableFacts(new TableId(r.GetString(0), r.GetString(1)), [.. r.GetFieldValue<string[]>(4)], [.. r.GetFieldValue<string[]>(5)], r.GetString(2)[0], r.GetBoolean(3)), cancellationToken);
        var slots = await QueryAsync(
            source, "select slot_name::text, database::text, active, active_pid, coalesce(wal_status, '') from pg_replication_slots",
            r => new SourceSlot(r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1), r.GetBoolean(2), r.IsDBNull(3) ? null : r.GetInt32(3), r.GetString(4)), cancellationToken);
        var publications = await QueryAsync(source, "select pubname::text, pubviaroot from pg_publication", r => KeyValuePair.Create(r.GetString(0), r.GetBoolean(1)), cancellationToken);
        var roles = await QueryAsync(source, RolesSql, r => KeyValuePair.Create(r.GetString(0), r.GetBoolean(1)), cancellationToken);
        return new SourceSnapshot(server.Item1, server.Item2, server.Item3, tables, slots, publications.ToImmutableDictionary(StringComparer.Ordinal), roles.ToImmutableDictionary(StringComparer.Ordinal));
    }

    private static async Task<ImmutableArray<T>> QueryAsync<T>(NpgsqlDataSource source, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = ImmutableArray.CreateBuilder<T>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows.ToImmutable();
    }
}
