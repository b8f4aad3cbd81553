using System.Collections.Immutable;
using CdcStripeSync.Pipeline.Ports;
using Npgsql;

namespace CdcStripeSync.Postgres.Tables;

internal static class ForgottenTable
{
    public static NpgsqlBatchCommand Upsert(ImmutableArray<ForgottenRecords> forgotten) => Statement.Of("""
        insert into forgotten as f (topic, partition, until)
        select n.topic, n.partition, max(n.until) from unnest($1, $2, $3) as n(topic, partition, until) group by n.topic, n.partition order by n.topic, n.partition
        on conflict (topic, partition) do update set until = greatest(f.until, excluded.until)
        """)
        .Texts(forgotten, f => f.Partition.Topic)
        .Integers(forgotten, f => f.Partition.Partition)
        .Longs(forgotten, f => f.Until);

    /// <summary>Answers what counts, and drops the others. Letters that are closed (2) count no longer.</summary>
    public static NpgsqlBatchCommand Standing() => Statement.Of("""
        with waits as (select exists (select from parked) or exists (select from calls) or exists (select from dead_letters where state <> 2) as any),
        dropped as (
            delete from forgotten f using offsets o, waits w
            where o.topic = f.topic and o.partition = f.partition and o.next >= f.until and not w.any)
        select f.topic, f.partition, f.until from waits w, forgotten f left join offsets o on o.topic = f.topic and o.partition = f.partition
        where o.next is null or o.next < f.until or w.any
        """);

    public static ForgottenRecords Read(NpgsqlDataReader reader) => new(new PartitionId(reader.GetString(0), reader.GetInt32(1)), reader.GetInt64(2));
}
