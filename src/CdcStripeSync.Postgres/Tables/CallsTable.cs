using System.Collections.Immutable;
using CdcStripeSync.Pipeline.Ports;
using Npgsql;

namespace CdcStripeSync.Postgres.Tables;

internal static class CallsTable
{
    public static NpgsqlBatchCommand Insert(ImmutableArray<WakeCall> calls) => Statement.Of("""
        insert into calls (id, resource, table_schema, table_name, key, kind, value, request_id, since)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (id) do nothing
        """)
        .Texts(calls, c => StoredText.Plain(c.Id))
        .Keys(calls, c => c.Key)
        .Texts(calls, c => c.Kind)
        .Texts(calls, c => StoredText.Plain(c.Value))
        .Texts(calls, c => StoredText.PlainOrNull(c.RequestId))
        .Times(calls, c => c.Since);

    public static NpgsqlBatchCommand Delete(ImmutableArray<string> ids) => Statement.Of("delete from calls where id = any($1)").Texts(ids, StoredText.Plain);

    /// <summary>Oldest first.</summary>
    public static NpgsqlBatchCommand List(DateTimeOffset before) => Statement
        .Of("select id, resource, table_schema, table_name, key, kind, value, request_id, since from calls where since < $1 order by since, id").Time(before);

    public static WakeCall Read(NpgsqlDataReader reader) => new(reader.GetString(0), reader.Key(1), reader.GetString(5), reader.GetString(6), reader.IsDBNull(7) ? null : reader.GetString(7), reader.Time(8));
}
