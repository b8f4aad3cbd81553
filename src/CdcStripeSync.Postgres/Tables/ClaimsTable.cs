using System.Collections.Immutable;
using CdcStripeSync.Core.State;
using Npgsql;

namespace CdcStripeSync.Postgres.Tables;

internal static class ClaimsTable
{
    private const string Columns = "c.kind, c.value, c.resource, c.table_schema, c.table_name, c.key, c.at_epoch, c.at_position, c.at_seconds, c.at_nanos";

    public static NpgsqlBatchCommand Upsert(ImmutableArray<Claim> claims)
    {
        var rows = Distinct(claims);
        return Statement.Of("""
            insert into claims (kind, value, resource, table_schema, table_name, key, at_epoch, at_position, at_seconds, at_nanos)
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict (kind, value, table_schema, table_name, key, resource) do update set
                at_epoch = excluded.at_epoch, at_position = excluded.at_position, at_seconds = excluded.at_seconds, at_nanos = excluded.at_nanos
            """)
            .Texts(rows, c => c.Kind)
            .Texts(rows, c => StoredText.Plain(c.Value))
            .Keys(rows, c => c.Claimant)
            .Positions(rows, c => c.At);
    }

    /// <summary>As <see cref="Claim.Drops"/> says.</summary>
    public static NpgsqlBatchCommand Delete(ImmutableArray<Claim> claims)
    {
        var rows = Distinct(claims);
        return Statement.Of("""
            delete from claims c using unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as d(kind, value, resource, table_schema, table_name, key, at_epoch, at_position, at_seconds, at_nanos)
            where c.kind = d.kind and c.value = d.value
                and c.table_schema = d.table_schema and c.table_name = d.table_name and c.key = d.key and c.resource = d.resource
                and (c.at_epoch < 0 or (c.at_epoch = d.at_epoch and c.at_position = d.at_position))
            """)
            .Texts(rows, c => c.Kind)
            .Texts(rows, c => StoredText.Plain(c.Value))
            .Keys(rows, c => c.Claimant)
            .Positions(rows, c => c.At);
    }

    public static NpgsqlBatchCommand Of(string kind, string value) => Statement
        .Of($"select {Columns} from claims c where c.kind = $1 and c.value = $2 order by c.table_schema, c.table_name, c.key, c.resource")
        .Text(kind).Text(StoredText.Plain(value));

    public static NpgsqlBatchCommand Of(IReadOnlyList<(string Kind, string Value)> values) => Statement.Of($"""
        select {Columns} from unnest($1, $2) as v(kind, value) join claims c on c.kind = v.kind and c.value = v.value
        order by c.kind, c.value, c.table_schema, c.table_name, c.key, c.resource
        """).Texts(values, v => v.Kind).Texts(values, v => v.Value);

    public static NpgsqlBatchCommand Of(IReadOnlyList<EntityKey> claimants) => Statement.Of($"""
        select {Columns} from unnest($1, $2, $3, $4) as k(resource, table_schema, table_name, key)
        join claims c on c.table_schema = k.table_schema and c.table_name = k.table_name and c.key = k.key and c.resource = k.resource
        order by c.table_schema, c.table_name, c.key, c.resource, c.kind, c.value
        """).Keys(claimants, k => k);

    public static NpgsqlBatchCommand Of(EntityKey claimant) => Statement
        .Of($"select {Columns} from claims c where c.table_schema = $1 and c.table_name = $2 and c.key = $3 and c.resource = $4 order by c.kind, c.value")
        .Text(claimant.Table.Schema).Text(claimant.Table.Name).Text(claimant.Key).Text(claimant.Resource);

    public static Claim Read(NpgsqlDataReader reader) => new(reader.GetString(0), reader.GetString(1), reader.Key(2), reader.Position(6)!.Value);

    private static List<Claim> Distinct(ImmutableArray<Claim> claims) =>
        claims.LastOf(c => (c.Kind, c.Value, c.Claimant), c => $"{c.Kind}\n{c.Value}\n{c.Claimant}");
}
