using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CdcStripeSync.DevStack.Avro;

namespace CdcStripeSync.DevStack.Connector.Columns;

/// <summary>Debezium's mapping from PostgreSQL types to Kafka Connect schemas, in the modes that the connector supports.</summary>
/// <remarks>Source: Debezium 3.5 PostgreSQL connector, "Data type mappings"; recorded in types-precise-adaptive.</remarks>
internal sealed class ColumnTypes(DecimalMode decimals, string unavailable)
{
    private readonly byte[] _unavailableBytes = Encoding.UTF8.GetBytes(unavailable);

    /// <summary>Null when the type is not supported.</summary>
    public ColumnType? Of(PostgresType type)
    {
        if (type.Element is { } element)
            return Of(element) is { } items ? Array(items) : null;
        if (type.Labels is { } labels)
            return Text("io.debezium.data.Enum", ("allowed", string.Join(',', labels)));
        if (type.IsRange)
            return Text();
        return type.Name switch
        {
            "int2" => Number(AvroKind.Int, new AvroAttribute("connect.type", "int16")),
            "int4" => Number(AvroKind.Int),
            "int8" or "oid" => Number(AvroKind.Long),
            "float4" => new ColumnType(new AvroPrimitive(AvroKind.Float), t => float.Parse(t, CultureInfo.InvariantCulture), 0f),
            "float8" => new ColumnType(new AvroPrimitive(AvroKind.Double), t => double.Parse(t, CultureInfo.InvariantCulture), 0d),
            "bool" => new ColumnType(new AvroPrimitive(AvroKind.Boolean), t => t[0] == 't', false),
            "numeric" => Numeric(type.Modifier),
            "money" => Decimal(2, null, t => t.Replace("$", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal)),
            "bit" when type.Modifier == 1 => new ColumnType(new AvroPrimitive(AvroKind.Boolean), t => t[0] == '1', false),
            "bit" or "varbit" => new ColumnType(
                Logical(AvroKind.Bytes, "io.debezium.data.Bits", ("length", Invariant(type.Modifier < 0 ? int.MaxValue : type.Modifier))),
                BitText.Parse, System.Array.Empty<byte>()),
            "bytea" => new ColumnType(
                new AvroPrimitive(AvroKind.Bytes), t => Convert.FromHexString(t.AsSpan(2)), System.Array.Empty<byte>(), _unavailableBytes),
            "text" or "varchar" or "bpchar" or "citext" or "name" or "inet" or "cidr" or "macaddr" or "macaddr8" => Text(),
            "uuid" => Text("io.debezium.data.Uuid"),
            "json" or "jsonb" => Text("io.debezium.data.Json"),
            "hstore" => new ColumnType(
                Logical(AvroKind.String, "io.debezium.data.Json"), HstoreText.ToJson, "{}",
                new JsonObject { [unavailable] = unavailable }.ToJsonString()),
            "point" => new ColumnType(Point, PointText.Parse, PointText.Parse("(0,0)")),
            "xml" => Text("io.debezium.data.Xml"),
            "ltree" => Text("io.debezium.data.Ltree"),
            "tsvector" => Text("io.debezium.data.Tsvector"),
            "date" => new ColumnType(Logical(AvroKind.Int, "io.debezium.time.Date"), TemporalText.Date, 0),
            "time" => Time(type.Modifier),
            "timetz" => new ColumnType(Logical(AvroKind.String, "io.debezium.time.ZonedTime"), TemporalText.ZonedTime, "00:00:00Z"),
            "timestamp" => Timestamp(type.Modifier),
            "timestamptz" => new ColumnType(
                Logical(AvroKind.String, "io.debezium.time.ZonedTimestamp"),
                t => TemporalText.ZonedTimestamp(t, type.Modifier),
                TemporalText.ZonedTimestamp("1970-01-01 00:00:00+00", type.Modifier)),
            "interval" => new ColumnType(Logical(AvroKind.Long, "io.debezium.time.MicroDuration"), t => IntervalText.Microseconds(t), 0L),
            _ => null,
        };
    }

    private static ColumnType Time(int modifier) => modifier is >= 0 and <= 3
        ? new ColumnType(Logical(AvroKind.Int, "io.debezium.time.Time"), t => TemporalText.TimeOfDay(t) / 1000, 0L)
        : new ColumnType(Logical(AvroKind.Long, "io.debezium.time.MicroTime"), t => TemporalText.TimeOfDay(t), 0L);

    private static ColumnType Timestamp(int modifier) => modifier is >= 0 and <= 3
        ? new ColumnType(Logical(AvroKind.Long, "io.debezium.time.Timestamp"), t => TemporalText.Timestamp(t) / 1000, 0L)
        : new ColumnType(Logical(AvroKind.Long, "io.debezium.time.MicroTimestamp"), t => TemporalText.Timestamp(t), 0L);

    private static ColumnType Number(AvroKind kind, params ReadOnlySpan<AvroAttribute> attributes) => new(
        new AvroPrimitive(kind, attributes.ToArray()), t => long.Parse(t, CultureInfo.InvariantCulture), 0L);

    private ColumnType Text(string? logicalName = null, params ReadOnlySpan<(string, string)> parameters) => new(
        logicalName is null ? new AvroPrimitive(AvroKind.String) : Logical(AvroKind.String, logicalName, parameters),
        static t => t, "", unavailable);

    private ColumnType Numeric(int modifier)
    {
        if (modifier >= 4)
            return Decimal(((modifier - 4) & 0x7ff ^ 1024) - 1024, ((modifier - 4) >> 16) & 0xffff, static t => t);
        return decimals != DecimalMode.Precise
            ? Decimal(0, null, static t => t)
            : new ColumnType(VariableScaleDecimal, DecimalText.VariableScale, new object?[] { 0, new byte[] { 0 } });
    }

    private ColumnType Decimal(int scale, int? precision, Func<string, string> clean) => decimals switch
    {
        DecimalMode.String => new ColumnType(
            new AvroPrimitive(AvroKind.String), t => DecimalText.Plain(clean(t), scale), scale > 0 ? "0." + new string('0', scale) : "0"),
        DecimalMode.Double => new ColumnType(
            new AvroPrimitive(AvroKind.Double), t => double.Parse(clean(t), CultureInfo.InvariantCulture), 0d),
        DecimalMode.Precise => new ColumnType(DecimalSchema(scale, precision), t => DecimalText.Unscaled(clean(t), scale), new byte[] { 0 }),
        _ => throw new InvalidOperationException($"Decimal mode {decimals} has no schema."),
    };

    private static AvroPrimitive DecimalSchema(int scale, int? precision)
    {
        var parameters = new JsonObject { ["scale"] = Invariant(scale) };
        if (precision is { } digits)
            parameters["connect.decimal.precision"] = Invariant(digits);
        return new AvroPrimitive(
            AvroKind.Bytes,
            new AvroAttribute("scale", scale),
            new AvroAttribute("precision", precision ?? 64),
            new AvroAttribute("connect.version", 1),
            new AvroAttribute("connect.parameters", parameters),
            new AvroAttribute("connect.name", "org.apache.kafka.connect.data.Decimal"),
            new AvroAttribute("logicalType", "decimal"));
    }

    private static AvroRecord VariableScaleDecimal => new(
        "io.debezium.data", "VariableScaleDecimal",
        [AvroField.Of("scale", AvroKind.Int), AvroField.Of("value", AvroKind.Bytes)],
        new AvroAttribute("connect.doc", "Variable scaled decimal"),
        new AvroAttribute("connect.version", 1),
        new AvroAttribute("connect.name", "io.debezium.data.VariableScaleDecimal"));

    private static AvroRecord Point => new(
        "io.debezium.data.geometry", "Point",
        [
            AvroField.Of("x", AvroKind.Double),
            AvroField.Of("y", AvroKind.Double),
            AvroField.Optional("wkb", AvroKind.Bytes),
            AvroField.Optional("srid", AvroKind.Int),
        ],
        new AvroAttribute("connect.doc", "Geometry (POINT)"),
        new AvroAttribute("connect.version", 1),
        new AvroAttribute("connect.name", "io.debezium.data.geometry.Point"));

    private static ColumnType Array(ColumnType items) => new(
        new AvroArray(new AvroOptional(items.Avro)),
        text => ArrayText.Parse(text).Select(e => e is null ? null : items.Parse(e)).ToArray(),
        System.Array.Empty<object?>(),
        items.Unavailable is { } placeholder ? new[] { placeholder } : null);

    private static AvroPrimitive Logical(AvroKind kind, string name, params ReadOnlySpan<(string Key, string Value)> parameters)
    {
        List<AvroAttribute> attributes = [new("connect.version", 1)];
        if (parameters.Length > 0)
        {
            var json = new JsonObject();
            foreach (var (key, value) in parameters)
                json[key] = value;
            attributes.Add(new AvroAttribute("connect.parameters", json));
        }
        attributes.Add(new AvroAttribute("connect.name", name));
        return new AvroPrimitive(kind, attributes);
    }

    private static string Invariant(int value) => value.ToString(CultureInfo.InvariantCulture);
}
