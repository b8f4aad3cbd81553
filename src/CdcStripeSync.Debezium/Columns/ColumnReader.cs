using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Debezium.Columns;

/// <summary>Reads one column's value by its writer's schema.</summary>
internal sealed class ColumnReader(Placeholder placeholder)
{
    public ColumnValue Read(AvroSchema schema, ref AvroReader reader)
    {
        reader.Enter();
        var value = schema.Kind switch
        {
            AvroKind.Null => ColumnValue.Null,
            AvroKind.Boolean => ColumnValue.Of(reader.ReadBoolean()),
            AvroKind.Int => SemanticTypes.Integer(schema.SemanticType, reader.ReadInt()),
            AvroKind.Long => SemanticTypes.Integer(schema.SemanticType, reader.ReadLong()),
            AvroKind.Float => Floating(double.Parse(reader.ReadFloat().ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)),
            AvroKind.Double => Floating(reader.ReadDouble()),
            AvroKind.Bytes => Bytes(schema, reader.ReadBytes(), ref reader),
            AvroKind.Fixed => Bytes(schema, reader.ReadFixed(schema.Size), ref reader),
            AvroKind.String => Text(schema, reader.ReadString()),
            AvroKind.Enum => ColumnValue.Of(schema.Symbols[reader.ReadIndex(schema.Symbols.Length, "enum symbol")]),
            AvroKind.Union => Read(schema.Branches[reader.ReadIndex(schema.Branches.Length, "union branch")], ref reader),
            AvroKind.Array => Array(schema, ref reader),
            AvroKind.Map => Map(schema, ref reader),
            AvroKind.Record => Record(schema, ref reader),
            _ => throw new InvalidOperationException($"Avro kind {schema.Kind}"),
        };
        reader.Leave();
        return value;
    }

    private static ColumnValue Floating(double value) => ColumnValue.Of(value);

    private ColumnValue Text(AvroSchema schema, string text) =>
        placeholder.Is(text) ? ColumnValue.Unavailable : SemanticTypes.Text(schema.SemanticType, text);

    private ColumnValue Bytes(AvroSchema schema, ReadOnlySpan<byte> bytes, ref AvroReader reader)
    {
        if (placeholder.Is(bytes)) return ColumnValue.Unavailable;
        var scale = ScaleOf(schema);
        if (!DecimalBytes.IsScale(scale)) throw reader.Broken($"a decimal's scale is {scale}");
        if (SemanticTypes.IsDecimal(schema.SemanticType) && !DecimalBytes.Fits(bytes)) throw reader.Broken($"a decimal has {bytes.Length} bytes");
        return SemanticTypes.Bytes(schema.SemanticType, bytes, scale);
    }

    private static int ScaleOf(AvroSchema schema) =>
        schema.Parameters.TryGetValue("scale", out var text) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var given) ? given : 0;

    private ColumnValue Array(AvroSchema schema, ref AvroReader reader)
    {
        var items = ImmutableArray.CreateBuilder<ColumnValue>();
        for (var n = reader.ReadBlockCount(schema.Element!.LeastSize); n > 0; n = reader.ReadBlockCount(schema.Element!.LeastSize))
        {
            for (; n > 0; n--) items.Add(Read(schema.Element!, ref reader));
        }

        var read = items.ToImmutable();
        return placeholder.Is(read, ScaleOf(schema.Element!.WithoutNull())) ? ColumnValue.Unavailable : ColumnValue.Of(read);
    }

    private ColumnValue Map(AvroSchema schema, ref AvroReader reader)
    {
        var entries = ImmutableSortedDictionary.CreateBuilder<string, string?>(StringComparer.Ordinal);
        var unavailable = false;
        for (var n = reader.ReadBlockCount(1); n > 0; n = reader.ReadBlockCount(1))
        {
            for (; n > 0; n--)
            {
                var key = reader.ReadString();
                var value = Read(schema.Element!, ref reader);
                unavailable |= value.IsUnavailable || placeholder.Is(key);
                entries[key] = value.ToText();
            }
        }

        return unavailable ? ColumnValue.Unavailable : ColumnValue.Of(entries.ToImmutable());
    }

    private ColumnValue Record(AvroSchema schema, ref AvroReader reader)
    {
        if (schema.SemanticType == "io.debezium.data.VariableScaleDecimal" || schema.Name == "io.debezium.data.VariableScaleDecimal")
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
            if (!DecimalBytes.IsScale(s)) throw reader.Broken($"a decimal's scale is {s}");
            if (!DecimalBytes.Fits(unscaled)) throw reader.Broken($"a decimal has {unscaled.Length} bytes");
            return placeholder.Is(unscaled) ? ColumnValue.Unavailable : ColumnValue.Of(DecimalBytes.Read(unscaled, s));
        }

        return Struct(schema, ref reader);
    }

    /// <summary>Points, geometries and other structures: plain JSON, bytes as base64.</summary>
    private ColumnValue Struct(AvroSchema schema, ref AvroReader reader)
    {
        var isGeometry = schema.SemanticType?.StartsWith("io.debezium.data.geometry.", StringComparison.Ordinal) == true;
        var isUnchanged = false;
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var field in schema.Fields)
            {
                var value = Read(field.Schema, ref reader);
                isUnchanged |= isGeometry && Placeholder.IsGeometry(field.Name, value);
                json.WritePropertyName(field.Name);
                ColumnValueJson.WritePlain(json, value);
            }

            json.WriteEndObject();
        }

        return isUnchanged ? ColumnValue.Unavailable : ColumnValue.Json(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
