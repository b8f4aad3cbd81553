using System.Collections.Immutable;
using System.Globalization;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Debezium.Columns;

/// <summary>Reads one column's value by its writer's schema.</summary>
/// <param name="names">Texts that repeat from record to record; null where there are none.</param>
internal sealed class ColumnReader(Placeholder placeholder, RepeatedNames? names = null)
{
    private const int FewItems = 16;

    public ColumnValue Read(AvroSchema schema, ref AvroReader reader)
    {
        while (schema.Kind == AvroKind.Union) schema = schema.Branches[reader.ReadIndex(schema.Branches.Length, "union branch")];
        switch (schema.Kind)
        {
            case AvroKind.Null: return ColumnValue.Null;
            case AvroKind.Boolean: return ColumnValue.Of(reader.ReadBoolean());
            case AvroKind.Int: return Integer(schema, reader.ReadInt());
            case AvroKind.Long: return Integer(schema, reader.ReadLong());
            case AvroKind.Float: return ColumnValue.Of(double.Parse(reader.ReadFloat().ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
            case AvroKind.Double: return ColumnValue.Of(reader.ReadDouble());
            case AvroKind.Bytes: return Bytes(schema, reader.ReadBytes(), ref reader);
            case AvroKind.Fixed: return Bytes(schema, reader.ReadFixed(schema.Size), ref reader);
            case AvroKind.String: return Text(schema, ref reader);
            case AvroKind.Enum: return ColumnValue.Of(schema.Symbols[reader.ReadIndex(schema.Symbols.Length, "enum symbol")]);
        }

        reader.Enter();
        var value = schema.Kind switch
        {
            AvroKind.Array => Array(schema, ref reader),
            AvroKind.Map => Map(schema, ref reader),
            AvroKind.Record => Record(schema, ref reader),
            _ => throw new InvalidOperationException($"Avro kind {schema.Kind}"),
        };
        reader.Leave();
        return value;
    }

    private static ColumnValue Integer(AvroSchema schema, long value) =>
        schema.Meaning == Meaning.Plain ? ColumnValue.Of(value) : SemanticTypes.Integer(schema.Meaning, value);

    private ColumnValue Text(AvroSchema schema, ref AvroReader reader)
    {
        var bytes = reader.ReadBytes();
        if (schema.Meaning == Meaning.TimestampText && TemporalText.TryTimestamp(bytes, out var timestamp)) return timestamp;
        var text = names?.Of(bytes) ?? reader.Text(bytes);
        if (placeholder.MayBe(bytes.Length) && placeholder.Is(text)) return ColumnValue.Unavailable;
        return schema.Meaning == Meaning.Plain ? ColumnValue.Of(text) : SemanticTypes.Text(schema.Meaning, text);
    }

    private ColumnValue Bytes(AvroSchema schema, ReadOnlySpan<byte> bytes, ref AvroReader reader)
    {
        if (placeholder.Is(bytes)) return ColumnValue.Unavailable;
        var scale = schema.Scale;
        if (!DecimalBytes.IsScale(scale)) throw reader.Broken($"a decimal's scale is {scale}");
        if (schema.Meaning == Meaning.Decimal && !DecimalBytes.Fits(bytes)) throw reader.Broken($"a decimal has {bytes.Length} bytes");
        if (schema.Meaning == Meaning.BigDecimal) return BigDecimal(bytes, ref reader);
        return SemanticTypes.Bytes(schema.Meaning, bytes, scale);
    }

    /// <summary>Avro's own decimal of any scale: the number as in <see cref="DecimalBytes"/> with its length before it and its scale behind.</summary>
    private ColumnValue BigDecimal(ReadOnlySpan<byte> bytes, ref AvroReader reader)
    {
        var parts = new AvroReader(bytes);
        var unscaled = parts.ReadBytes();
        var scale = parts.ReadInt();
        return parts.Remaining == 0 ? Decimal(unscaled, scale, ref reader) : throw reader.Broken($"{parts.Remaining} bytes are left over in a big-decimal");
    }

    private ColumnValue Decimal(ReadOnlySpan<byte> unscaled, int scale, ref AvroReader reader)
    {
        if (!DecimalBytes.IsScale(scale)) throw reader.Broken($"a decimal's scale is {scale}");
        if (!DecimalBytes.Fits(unscaled)) throw reader.Broken($"a decimal has {unscaled.Length} bytes");
        return placeholder.Is(unscaled) ? ColumnValue.Unavailable : DecimalBytes.Read(unscaled, scale);
    }

    private ColumnValue Array(AvroSchema schema, ref AvroReader reader)
    {
        var element = schema.Element!;
        var items = ImmutableArray.CreateBuilder<ColumnValue>(0);
        for (var n = reader.ReadBlockCount(element.LeastSize); n > 0; n = reader.ReadBlockCount(element.LeastSize))
        {
            // Counts are the writer's word: what they promise is made room for only where it is little.
            if (items.Count == 0 && n <= FewItems) items.Capacity = (int)n;
            for (; n > 0; n--) items.Add(Read(element, ref reader));
        }

        var read = items.DrainToImmutable();
        return placeholder.Is(read, element.WithoutNull().Scale) ? ColumnValue.Unavailable : ColumnValue.Of(read);
    }

    /// <summary>Text by text (hstore). What else a map holds stays JSON within JSON: as text in text it would grow with each level.</summary>
    private ColumnValue Map(AvroSchema schema, ref AvroReader reader)
    {
        var entries = new SortedDictionary<string, ColumnValue>(StringComparer.Ordinal);
        var unavailable = false;
        for (var n = reader.ReadBlockCount(1); n > 0; n = reader.ReadBlockCount(1))
        {
            for (; n > 0; n--)
            {
                var key = reader.ReadString();
                var value = Read(schema.Element!, ref reader);
                unavailable |= value.IsUnavailable || placeholder.Is(key);
                entries[key] = value;
            }
        }

        if (unavailable) return ColumnValue.Unavailable;
        return schema.Element!.WithoutNull().Kind is AvroKind.Record or AvroKind.Map or AvroKind.Array or AvroKind.Union
            ? ColumnValue.Json(ColumnValueJson.ToPlainJson(entries))
            : ColumnValue.Of(entries.ToImmutableSortedDictionary(e => e.Key, e => e.Value.ToText(), StringComparer.Ordinal));
    }

    private ColumnValue Record(AvroSchema schema, ref AvroReader reader)
    {
        var name = schema.SemanticType ?? schema.Name; // with connect.meta.data=false the record's own name alone tells
        if (StructuredTime.Is(name)) return Structured(schema, name, ref reader);
        if (name == "io.debezium.data.VariableScaleDecimal")
        {
            int? scale = null;
            byte[]? unscaled = null;
            foreach (var field in schema.Fields)
            {
                if (field.Name == "scale") scale = reader.ReadInt();
                else if (field.Name == "value") unscaled = reader.ReadBytes().ToArray();
                else reader.Skip(field.Schema);
            }

            if (scale is not { } s || unscaled is null) throw reader.Broken("a VariableScaleDecimal has no scale or value");
            return Decimal(unscaled, s, ref reader);
        }

        return Struct(schema, name, ref reader);
    }

    /// <summary>Points, geometries and other structures: plain JSON, bytes as base64.</summary>
    private ColumnValue Struct(AvroSchema schema, string name, ref AvroReader reader)
    {
        var isGeometry = name.StartsWith("io.debezium.data.geometry.", StringComparison.Ordinal);
        var isUnchanged = false;
        var members = new KeyValuePair<string, ColumnValue>[schema.Fields.Length];
        for (var at = 0; at < members.Length; at++)
        {
            var field = schema.Fields[at];
            members[at] = KeyValuePair.Create(field.Name, Member(field, ref reader));
            isUnchanged |= isGeometry && Placeholder.IsGeometry(field.Name, members[at].Value);
        }

        return isUnchanged ? ColumnValue.Unavailable : ColumnValue.Json(ColumnValueJson.ToPlainJson(members));
    }

    private ColumnValue Structured(AvroSchema schema, string name, ref AvroReader reader)
    {
        var parts = new Dictionary<string, ColumnValue>(StringComparer.Ordinal);
        foreach (var field in schema.Fields) parts[field.Name] = Member(field, ref reader);
        try
        {
            return StructuredTime.Of(name, parts, schema.Parameters.GetValueOrDefault(StructuredTime.Kind));
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw reader.Broken(e.Message);
        }
    }

    private ColumnValue Member(AvroField field, ref AvroReader reader)
    {
        try
        {
            return Read(field.Schema, ref reader);
        }
        catch (AvroDataException e)
        {
            throw e.Within(field.Name);
        }
    }
}
