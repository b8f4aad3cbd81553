using System.Collections.Immutable;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Pipeline.Ports;
using Npgsql;

namespace CdcStripeSync.Postgres.Tables;

internal static class TablePositionsTable
{
    public static NpgsqlBatchCommand Upsert(ImmutableArray<TablePosition> positions)
    {
        var rows = positions.LastOf(p => p.Table, p => p.Table.ToString());
        return Statement.Of("""
            insert into table_positions (table_schema, table_name, epoch, truncated_epoch, truncated_position, truncated_seconds, truncated_nanos)
            select * from unnest($1, $2, $3, $4, $5, $6, $7)
            on conflict (table_schema, table_name) do update set
                epoch = excluded.epoch, truncated_epoch = excluded.truncated_epoch, truncated_position = excluded.truncated_position,
                truncated_seconds = excluded.truncated_seconds, truncated_nanos = excluded.truncated_nanos
            where excluded.epoch > table_positions.epoch or (excluded.epoch = table_positions.epoch
                and coalesce((excluded.truncated_seconds, excluded.truncated_nanos) >= (table_positions.truncated_seconds, table_positions.truncated_nanos), true))
            """)
            .Texts(rows, p => p.Table.Schema)
            .Texts(rows, p => p.Table.Name)
            .Integers(rows, p => p.Epoch)
            .Positions(rows, p => p.TruncatedAt);
    }

    public static NpgsqlBatchCommand List() => Statement.Of("""
        select table_schema, table_name, epoch, truncated_epoch, truncated_position, truncated_seconds, truncated_nanos
        from table_positions order by table_schema, table_name
        """);

    public static TablePosition Read(NpgsqlDataReader reader) =>
        new(new TableId(reader.GetString(0), reader.GetString(1)), reader.GetInt32(2), reader.Position(3));
}
