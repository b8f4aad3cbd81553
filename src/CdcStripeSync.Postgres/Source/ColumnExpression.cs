using System.Globalization;
using System.Text.Json;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Postgres.Source;

/// <summary>How a column is asked for, as text, and what that text means: the value that the decoder of the change stream gives.</summary>
/// <remarks>Results come in PostgreSQL's text format; a type that is not known here stays unavailable.</remarks>
internal sealed class ColumnExpression
{
    private readonly Func<string, ColumnValue> _read;

    private ColumnExpression(string sql, Func<string, ColumnValue> read)
    {
        Sql = sql;
        _read = read;
    }

    /// <summary>Goes into a select list.</summary>
    public string Sql { get; }

    public ColumnValue Read(string? text) => text is null ? ColumnValue.Null : _read(text);

    public static ColumnExpression Of(SourceColumnType type, string column)
    {
        if (!type.IsArray) return Scalar(type, column);
        var item = Scalar(type, "u.e");
        return new ColumnExpression(
            $"case when {column} is null then null else array_to_json(array(select ({item.Sql})::text from unnest({column}) with ordinality as u(e, n) order by u.n)) end",
            text =>
            {
                using var items = JsonDocument.Parse(text);
                return ColumnValue.Of([.. items.RootElement.EnumerateArray().Select(i => item.Read(i.GetString()))]);
            });
    }

    private static ColumnExpression Scalar(SourceColumnType type, string x) => type.Kind is 'e' or 'r'
        ? Text(x)
        : type.Name switch
        {
            "int2" or "int4" or "int8" or "oid" => new(x, t => ColumnValue.Of(long.Parse(t, CultureInfo.InvariantCulture))),
            "float4" or "float8" => new(x, t => ColumnValue.Of(double.Parse(t, CultureInfo.InvariantCulture))),
            "numeric" => new(x, Decimal),
            "money" => new($"({x})::numeric", Decimal),
            "bool" => new($"({x})::text", t => ColumnValue.Of(t == "true")),
            "bit" when type.Modifier == 1 => new($"({x})::text", t => ColumnValue.Of(t == "1")),
            "bytea" => new($"encode({x}, 'base64')", t => ColumnValue.Of(Convert.FromBase64String(t))),
            "json" or "jsonb" => new(x, ColumnValue.Json),
            "hstore" => new($"hstore_to_json({x})", ColumnValue.Json),
            "date" => new($"case when isfinite({x}) then ({x} - date '1970-01-01')::text else ({x})::text end", Date),
            "time" => new($"(extract(epoch from {x}) * 1000000)::bigint", t => ColumnValue.Time(Number(t) * 1_000)),
            "timetz" => new($"replace(({x} at time zone 'UTC')::text, '+00', 'Z')", ColumnValue.Of),
            "timestamp" or "timestamptz" => new(
                $"case when isfinite({x}) then (extract(epoch from {x}) * 1000000)::bigint::text else ({x})::text end", Timestamp),
            // Months count as a twelfth of 365.25 days, as the connector counts them.
            "interval" => new(
                $"((extract(year from {x}) * 12 + extract(month from {x})) * 2629800000000 + extract(day from {x}) * 86400000000"
                + $" + extract(hour from {x}) * 3600000000 + extract(minute from {x}) * 60000000 + extract(microseconds from {x}))::bigint",
                t => ColumnValue.Of(Number(t))),
            "text" or "varchar" or "bpchar" or "citext" or "name" or "uuid" or "inet" or "cidr" or "macaddr" or "macaddr8" or "xml" or "ltree" or "tsvector" => Text(x),
            _ => new("null::text is null", _ => ColumnValue.Unavailable),
        };

    private static ColumnExpression Text(string x) => new(x, ColumnValue.Of);

    /// <summary>NaN arrives as null in the change stream, too.</summary>
    private static ColumnValue Decimal(string text) => ExactDecimal.TryParse(text, out var value) ? ColumnValue.Of(value) : ColumnValue.Null;

    private static ColumnValue Date(string text) => text switch
    {
        "infinity" => ColumnValue.Date(long.MaxValue),
        "-infinity" => ColumnValue.Date(long.MinValue),
        _ => ColumnValue.Date(Number(text)),
    };

    private static ColumnValue Timestamp(string text) => ColumnValue.Of(text switch
    {
        "infinity" => Instant.PositiveInfinity,
        "-infinity" => Instant.NegativeInfinity,
        _ => Instant.FromMicros(Number(text)),
    });

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
