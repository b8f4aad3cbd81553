using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using Npgsql;

namespace CdcStripeSync.Postgres;

/// <summary>Groups of columns that several tables share, read from a result's row.</summary>
internal static class RecordReading
{
    /// <summary>resource, table_schema, table_name, key</summary>
    public static EntityKey Key(this NpgsqlDataReader reader, int at) =>
        new(reader.GetString(at), new TableId(reader.GetString(at + 1), reader.GetString(at + 2)), reader.GetString(at + 3));

    /// <summary>epoch, position, seconds, nanos</summary>
    public static StreamPosition? Position(this NpgsqlDataReader reader, int at) => reader.IsDBNull(at)
        ? null
        : PositionText.Read(
            reader.GetString(at + 1), reader.GetInt32(at), reader.IsDBNull(at + 2) ? null : new Instant(reader.GetInt64(at + 2), reader.GetInt32(at + 3)));

    public static string? TextOrNull(this NpgsqlDataReader reader, int at) => reader.IsDBNull(at) ? null : reader.GetString(at);

    public static DateTimeOffset Time(this NpgsqlDataReader reader, int at) => new(reader.GetDateTime(at));

    /// <summary>What the key that a statement speaks of last said, in an order that every writer keeps: no two wait for each other.</summary>
    public static List<T> LastOf<T, TKey>(this IEnumerable<T> rows, Func<T, TKey> key, Func<T, string> order)
        where TKey : notnull
    {
        var last = new Dictionary<TKey, T>();
        foreach (var row in rows) last[key(row)] = row;
        return [.. last.Values.OrderBy(order, StringComparer.Ordinal)];
    }
}
