using System.Collections.Immutable;
using System.Globalization;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using Npgsql;

namespace CdcStripeSync.Postgres.Tables;

internal static class SnapshotEndsTable
{
    /// <summary>As <see cref="SnapshotEnd.Replaces"/>: a newer snapshot, or the same one further on.</summary>
    public static NpgsqlBatchCommand Upsert(ImmutableArray<SnapshotEnd> ends)
    {
        var rows = ends.LastOf(e => e.Table, e => e.Table.ToString());
        return Statement.Of("""
            insert into snapshot_ends (table_schema, table_name, position, seconds, nanos, topic, partition, read_at, ends, swept)
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict (table_schema, table_name) do update set
                position = excluded.position, seconds = excluded.seconds, nanos = excluded.nanos, topic = excluded.topic, partition = excluded.partition,
                read_at = excluded.read_at, ends = excluded.ends, swept = excluded.swept
            where (excluded.seconds, excluded.nanos) > (snapshot_ends.seconds, snapshot_ends.nanos)
                or ((excluded.seconds, excluded.nanos, excluded.position) = (snapshot_ends.seconds, snapshot_ends.nanos, snapshot_ends.position)
                    and (excluded.swept, excluded.ends is not null) > (snapshot_ends.swept, snapshot_ends.ends is not null))
            """)
            .Texts(rows, e => e.Table.Schema)
            .Texts(rows, e => e.Table.Name)
            .Texts(rows, e => e.Position.ToString())
            .Longs(rows, e => e.At.Seconds)
            .Integers(rows, e => e.At.Nanos)
            .Texts(rows, e => e.Marker.Topic)
            .Integers(rows, e => e.Marker.Partition)
            .Times(rows, e => e.ReadAt)
            .Texts(rows, e => e.Ends is { } at ? Text(at) : null)
            .Flags(rows, e => e.IsSwept);
    }

    public static NpgsqlBatchCommand List() => Statement.Of("""
        select table_schema, table_name, position, seconds, nanos, topic, partition, read_at, ends, swept
        from snapshot_ends order by table_schema, table_name
        """);

    public static SnapshotEnd Read(NpgsqlDataReader reader) => new(
        new TableId(reader.GetString(0), reader.GetString(1)), SourcePosition.Parse(reader.GetString(2)), new Instant(reader.GetInt64(3), reader.GetInt32(4)),
        new PartitionId(reader.GetString(5), reader.GetInt32(6)), reader.Time(7))
    {
        Ends = reader.IsDBNull(8) ? null : Ends(reader.GetString(8)),
        IsSwept = reader.GetBoolean(9),
    };

    private static string Text(ImmutableSortedDictionary<int, long> ends) => string.Join(' ', ends.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Key}:{e.Value}")));

    private static ImmutableSortedDictionary<int, long> Ends(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(e => e.Split(':'))
        .ToImmutableSortedDictionary(e => int.Parse(e[0], CultureInfo.InvariantCulture), e => long.Parse(e[1], CultureInfo.InvariantCulture));
}
