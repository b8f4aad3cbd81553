using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using Npgsql;

namespace CdcStripeSync.Postgres.Tables;

internal static class EntitiesTable
{
    private const string Columns = """
        e.resource, e.table_schema, e.table_name, e.key, e.generation, e.phase, e."row", e.row_exists,
        e.streamed_epoch, e.streamed_position, e.streamed_seconds, e.streamed_nanos,
        e.snapshot_epoch, e.snapshot_position, e.snapshot_seconds, e.snapshot_nanos,
        e.stripe_id, e.parent_stripe_id, e.base, e.archived_by_us, e.intent, e.succession, e.predecessors, e.first_image,
        e.renamed_to, e.renamed_at, e.mapping_fingerprint, e.version
        """;

    private const string UpsertSql = """
        with written as (
        insert into entities as e (
            resource, table_schema, table_name, key, generation, phase, "row", row_exists,
            streamed_epoch, streamed_position, streamed_seconds, streamed_nanos, snapshot_epoch, snapshot_position, snapshot_seconds, snapshot_nanos,
            stripe_id, parent_stripe_id, base, archived_by_us, intent, succession, predecessors, first_image, renamed_to, renamed_at, mapping_fingerprint, version, writer)
        select n.resource, n.table_schema, n.table_name, n.key, n.generation, n.phase, n."row"::jsonb, n.row_exists,
            n.streamed_epoch, n.streamed_position, n.streamed_seconds, n.streamed_nanos, n.snapshot_epoch, n.snapshot_position, n.snapshot_seconds, n.snapshot_nanos,
            n.stripe_id, n.parent_stripe_id, n.base::jsonb, n.archived_by_us, n.intent::jsonb, n.succession::jsonb, n.predecessors::jsonb, n.first_image::jsonb,
            n.renamed_to, n.renamed_at, n.mapping_fingerprint, n.version + 1, $29
        from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28) as n(
            resource, table_schema, table_name, key, generation, phase, "row", row_exists,
            streamed_epoch, streamed_position, streamed_seconds, streamed_nanos, snapshot_epoch, snapshot_position, snapshot_seconds, snapshot_nanos,
            stripe_id, parent_stripe_id, base, archived_by_us, intent, succession, predecessors, first_image, renamed_to, renamed_at, mapping_fingerprint, version)
        on conflict (table_schema, table_name, key, resource) do update set
            generation = excluded.generation, phase = excluded.phase, "row" = excluded."row", row_exists = excluded.row_exists,
            streamed_epoch = excluded.streamed_epoch, streamed_position = excluded.streamed_position,
            streamed_seconds = excluded.streamed_seconds, streamed_nanos = excluded.streamed_nanos,
            snapshot_epoch = excluded.snapshot_epoch, snapshot_position = excluded.snapshot_position,
            snapshot_seconds = excluded.snapshot_seconds, snapshot_nanos = excluded.snapshot_nanos,
            stripe_id = excluded.stripe_id, parent_stripe_id = excluded.parent_stripe_id, base = excluded.base,
            archived_by_us = excluded.archived_by_us, intent = excluded.intent, succession = excluded.succession,
            predecessors = excluded.predecessors, first_image = excluded.first_image, renamed_to = excluded.renamed_to, renamed_at = excluded.renamed_at,
            mapping_fingerprint = excluded.mapping_fingerprint, version = excluded.version, writer = excluded.writer, updated_at = now()
        where e.version = excluded.version - 1 or (e.version = excluded.version and e.writer = excluded.writer)
        returning 1)
        select require_no_conflict((select count(*) from written), $30)
        """;

    /// <param name="rows">Each key once, in an order that every writer keeps.</param>
    public static NpgsqlBatchCommand Upsert(IReadOnlyList<EntityState> rows, string writer) =>
        Statement.Of(UpsertSql)
            .Keys(rows, e => e.Key)
            .Integers(rows, e => e.Generation)
            .Integers(rows, e => (int)e.Phase)
            .Texts(rows, e => StoredJson.OfRow(e.Row))
            .Flags(rows, e => e.RowExists)
            .Positions(rows, e => e.Streamed)
            .Positions(rows, e => e.Snapshot)
            .Texts(rows, e => e.StripeId)
            .Texts(rows, e => e.ParentStripeId)
            .Texts(rows, e => StoredJson.OfBase(e.Base))
            .Flags(rows, e => e.ArchivedByUs)
            .Texts(rows, e => e.Intent is { } intent ? StoredJson.OfIntent(intent) : null)
            .Texts(rows, e => e.Succession is { } succession ? StoredJson.OfSuccession(succession) : null)
            .Texts(rows, e => StoredJson.OfTexts(e.Predecessors))
            .Texts(rows, e => e.FirstImage is { } image ? StoredJson.OfRow(image) : null)
            .Texts(rows, e => e.RenamedTo)
            .Texts(rows, e => e.RenamedAt is { } at ? PositionText.Whole(at) : null)
            .Texts(rows, e => e.MappingFingerprint)
            .Longs(rows, e => e.Version)
            .Text(writer)
            .Integer(rows.Count);

    public static NpgsqlBatchCommand Load(IReadOnlyList<EntityKey> keys) => Statement.Of($"""
        select {Columns} from unnest($1, $2, $3, $4) as k(resource, table_schema, table_name, key)
        join entities e on e.table_schema = k.table_schema and e.table_name = k.table_name and e.key = k.key and e.resource = k.resource
        """).Keys(keys, k => k);

    public static NpgsqlBatchCommand Find(string resource, string key) =>
        Statement.Of($"select {Columns} from entities e where e.resource = $1 and e.key = $2 order by e.table_schema, e.table_name").Text(resource).Text(key);

    /// <summary>A retired key may still show the id that moved on: the one that has the object now comes first.</summary>
    public static NpgsqlBatchCommand FindByStripeId(string stripeId) => Statement
        .Of($"select {Columns} from entities e where e.stripe_id = $1 order by e.phase in ({(int)EntityPhase.Renamed}, {(int)EntityPhase.Deleted}), e.updated_at desc limit 1")
        .Text(stripeId);

    public static NpgsqlBatchCommand List(TableId table, bool onlyExisting, EntityKey? after, int limit) => Statement.Of($"""
        select {Columns} from entities e
        where e.table_schema = $1 and e.table_name = $2 and (e.row_exists or not $3) and (e.key, e.resource) > ($4, $5)
        order by e.key, e.resource limit $6
        """).Text(table.Schema).Text(table.Name).Flag(onlyExisting).Text(after?.Key ?? "").Text(after?.Resource ?? "").Integer(limit);

    public static NpgsqlBatchCommand Children(string parentStripeId) =>
        Statement.Of($"select {Columns} from entities e where e.parent_stripe_id = $1 order by e.table_schema, e.table_name, e.key, e.resource").Text(parentStripeId);

    public static NpgsqlBatchCommand Unfinished() =>
        Statement.Of($"select {Columns} from unfinished_entities() e order by e.table_schema, e.table_name, e.key, e.resource");

    public static NpgsqlBatchCommand KnowsObjects() => Statement.Of("select exists (select from entities where stripe_id is not null)");

    public static NpgsqlBatchCommand LinkedCounts() =>
        Statement.Of($"select e.resource, count(*)::integer from entities e where e.phase = {(int)EntityPhase.Linked} group by e.resource");

    public static EntityState Read(NpgsqlDataReader reader) => new()
    {
        Key = reader.Key(0),
        Generation = reader.GetInt32(4),
        Phase = (EntityPhase)reader.GetInt16(5),
        Row = StoredJson.ToRow(reader.GetString(6)),
        RowExists = reader.GetBoolean(7),
        Streamed = reader.Position(8),
        Snapshot = reader.Position(12),
        StripeId = reader.TextOrNull(16),
        ParentStripeId = reader.TextOrNull(17),
        Base = StoredJson.ToBase(reader.GetString(18)),
        ArchivedByUs = reader.GetBoolean(19),
        Intent = reader.TextOrNull(20) is { } intent ? StoredJson.ToIntent(intent) : null,
        Succession = reader.TextOrNull(21) is { } succession ? StoredJson.ToSuccession(succession) : null,
        Predecessors = StoredJson.ToTexts(reader.GetString(22)),
        FirstImage = reader.TextOrNull(23) is { } image ? StoredJson.ToRow(image) : null,
        RenamedTo = reader.TextOrNull(24),
        RenamedAt = reader.TextOrNull(25) is { } at ? PositionText.ReadWhole(at) : null,
        MappingFingerprint = reader.GetString(26),
        Version = reader.GetInt64(27),
    };
}
