using System.Collections.Immutable;
using CdcStripeSync.Pipeline.Ports;
using Npgsql;

namespace CdcStripeSync.Postgres.Tables;

internal static class AuditTable
{
    /// <summary>An entry that stands already (the batch was written, but the answer was lost) is not written again.</summary>
    public static NpgsqlBatchCommand Insert(ImmutableArray<AuditEntry> entries) => Statement.Of("""
        insert into audit (resource, table_schema, table_name, key, kind, request, form, stripe_id, request_id, position, at)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict do nothing
        """)
        .Keys(entries, a => a.Entity)
        .Texts(entries, a => a.Kind)
        .Texts(entries, a => StoredText.Plain(a.Request))
        .Texts(entries, a => StoredText.Plain(a.Form))
        .Texts(entries, a => a.StripeId)
        .Texts(entries, a => a.RequestId)
        .Texts(entries, a => a.Position)
        .Times(entries, a => a.At);

    public static NpgsqlBatchCommand Newest(int limit) => Statement.Of("""
        select resource, table_schema, table_name, key, kind, request, form, stripe_id, request_id, position, at from audit order by id desc limit $1
        """).Integer(limit);

    public static NpgsqlBatchCommand Forget(DateTimeOffset before, int most) => Statement.Of("""
        with forgotten as (delete from audit where id in (select id from audit where at < $1 order by at limit $2) returning 1)
        select count(*)::integer from forgotten
        """).Time(before).Integer(most);

    public static AuditEntry Read(NpgsqlDataReader reader) => new(
        reader.Key(0), reader.GetString(4), reader.GetString(5), reader.GetString(6), reader.TextOrNull(7), reader.TextOrNull(8), reader.GetString(9), reader.Time(10));
}
