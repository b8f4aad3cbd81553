using System.Collections.Immutable;
using CdcStripeSync.Pipeline.Ports;
using Npgsql;

namespace CdcStripeSync.Postgres.Tables;

internal static class OffsetsTable
{
    public static NpgsqlBatchCommand Upsert(ImmutableArray<StoredOffset> offsets)
    {
        var rows = offsets.LastOf(o => o.Partition, o => o.Partition.ToString());
        return Statement.Of("""
            insert into offsets as o (topic, partition, next, metadata, highest)
            select n.topic, n.partition, n.next, n.metadata, case when not n.begins_anew then n.next end
            from unnest($1, $2, $3, $4, $5) as n(topic, partition, next, metadata, begins_anew)
            on conflict (topic, partition) do update set next = excluded.next, metadata = excluded.metadata,
                highest = case when excluded.highest is not null then greatest(o.highest, o.next, excluded.next) end
            """)
            .Texts(rows, o => o.Partition.Topic)
            .Integers(rows, o => o.Partition.Partition)
            .Longs(rows, o => o.Next)
            .Texts(rows, o => o.Metadata ?? "")
            .Flags(rows, o => o.BeginsAnew);
    }

    public static NpgsqlBatchCommand Load(IReadOnlyList<PartitionId> partitions) => Statement.Of("""
        select o.topic, o.partition, o.next, o.metadata, case when o.highest > o.next then o.highest end from unnest($1, $2) as p(topic, partition)
        join offsets o on o.topic = p.topic and o.partition = p.partition
        """).Texts(partitions, p => p.Topic).Integers(partitions, p => p.Partition);

    public static StoredOffset Read(NpgsqlDataReader reader) =>
        new(new PartitionId(reader.GetString(0), reader.GetInt32(1)), reader.GetInt64(2), reader.GetString(3)) { Highest = reader.IsDBNull(4) ? null : reader.GetInt64(4) };
}
