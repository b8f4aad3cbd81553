using CdcStripeSync.Core.State;
using Npgsql;
using NpgsqlTypes;

namespace CdcStripeSync.Postgres;

/// <summary>A statement with its parameters in order; lists go as arrays, one per column, so that the text never changes.</summary>
internal static class Statement
{
    public static NpgsqlBatchCommand Of(string sql) => new(sql);

    public static NpgsqlBatchCommand Text(this NpgsqlBatchCommand statement, string? value) => statement.Add(value, NpgsqlDbType.Text);

    public static NpgsqlBatchCommand Integer(this NpgsqlBatchCommand statement, int? value) => statement.Add(value, NpgsqlDbType.Integer);

    public static NpgsqlBatchCommand Long(this NpgsqlBatchCommand statement, long value) => statement.Add(value, NpgsqlDbType.Bigint);

    public static NpgsqlBatchCommand Flag(this NpgsqlBatchCommand statement, bool value) => statement.Add(value, NpgsqlDbType.Boolean);

    public static NpgsqlBatchCommand Time(this NpgsqlBatchCommand statement, DateTimeOffset value) => statement.Add(value.UtcDateTime, NpgsqlDbType.TimestampTz);

    public static NpgsqlBatchCommand Double(this NpgsqlBatchCommand statement, double value) => statement.Add(value, NpgsqlDbType.Double);

    public static NpgsqlBatchCommand Interval(this NpgsqlBatchCommand statement, TimeSpan value) => statement.Add(value, NpgsqlDbType.Interval);

    public static NpgsqlBatchCommand TimeOrNull(this NpgsqlBatchCommand statement, DateTimeOffset? value) => statement.Add(value?.UtcDateTime, NpgsqlDbType.TimestampTz);

    public static NpgsqlBatchCommand LongsOrNull(this NpgsqlBatchCommand statement, IEnumerable<long>? values) => statement.Add(values?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static NpgsqlBatchCommand Texts<T>(this NpgsqlBatchCommand statement, IReadOnlyList<T> rows, Func<T, string?> column) =>
        statement.Column(rows, column, NpgsqlDbType.Text);

    public static NpgsqlBatchCommand Integers<T>(this NpgsqlBatchCommand statement, IReadOnlyList<T> rows, Func<T, int?> column) =>
        statement.Column(rows, column, NpgsqlDbType.Integer);

    public static NpgsqlBatchCommand Longs<T>(this NpgsqlBatchCommand statement, IReadOnlyList<T> rows, Func<T, long?> column) =>
        statement.Column(rows, column, NpgsqlDbType.Bigint);

    public static NpgsqlBatchCommand Flags<T>(this NpgsqlBatchCommand statement, IReadOnlyList<T> rows, Func<T, bool> column) =>
        statement.Column(rows, column, NpgsqlDbType.Boolean);

    public static NpgsqlBatchCommand Times<T>(this NpgsqlBatchCommand statement, IReadOnlyList<T> rows, Func<T, DateTimeOffset> column) =>
        statement.Column(rows, r => column(r).UtcDateTime, NpgsqlDbType.TimestampTz);

    public static NpgsqlBatchCommand Bytes<T>(this NpgsqlBatchCommand statement, IReadOnlyList<T> rows, Func<T, byte[]?> column) =>
        statement.Column(rows, column, NpgsqlDbType.Bytea);

    /// <summary>Four columns: resource, table_schema, table_name, key.</summary>
    public static NpgsqlBatchCommand Keys<T>(this NpgsqlBatchCommand statement, IReadOnlyList<T> rows, Func<T, EntityKey?> key) => statement
        .Texts(rows, r => key(r)?.Resource).Texts(rows, r => key(r)?.Table.Schema).Texts(rows, r => key(r)?.Table.Name).Texts(rows, r => key(r)?.Key);

    /// <summary>Four columns: epoch, position, seconds, nanos.</summary>
    public static NpgsqlBatchCommand Positions<T>(this NpgsqlBatchCommand statement, IReadOnlyList<T> rows, Func<T, StreamPosition?> position) => statement
        .Integers(rows, r => position(r)?.Epoch).Texts(rows, r => position(r) is { } at ? PositionText.Of(at) : null)
        .Longs(rows, r => position(r)?.CommittedAt?.Seconds).Integers(rows, r => position(r)?.CommittedAt?.Nanos);

    private static NpgsqlBatchCommand Column<TRow, TValue>(
        this NpgsqlBatchCommand statement, IReadOnlyList<TRow> rows, Func<TRow, TValue> column, NpgsqlDbType type)
    {
        var values = new TValue[rows.Count];
        for (var i = 0; i < values.Length; i++) values[i] = column(rows[i]);
        return statement.Add(values, NpgsqlDbType.Array | type);
    }

    private static NpgsqlBatchCommand Add(this NpgsqlBatchCommand statement, object? value, NpgsqlDbType type)
    {
        statement.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });
        return statement;
    }
}
