using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CdcStripeSync.Debezium.Avro;

/// <summary>Decodes a value and writes it in Avro's JSON encoding: unions as <c>{"branch": value}</c>, bytes as ISO-8859-1 text.</summary>
/// <remarks>Not-a-number and the infinities, which JSON lacks, are text, as Avro's Java writer has them.</remarks>
public static class AvroJsonWriter
{
    /// <exception cref="AvroDataException">The bytes do not hold the schema's value, or hold more.</exception>
    public static void Write(Utf8JsonWriter writer, AvroSchema schema, ReadOnlySpan<byte> body)
    {
        var reader = new AvroReader(body);
        Write(writer, schema, ref reader);
        if (reader.Remaining > 0) throw reader.Broken($"{reader.Remaining} bytes are left over");
    }

    private static void Write(Utf8JsonWriter writer, AvroSchema schema, ref AvroReader reader)
    {
        var nests = schema.Kind is AvroKind.Record or AvroKind.Array or AvroKind.Map;
        if (nests) reader.Enter();
        switch (schema.Kind)
        {
            case AvroKind.Null: writer.WriteNullValue(); break;
            case AvroKind.Boolean: writer.WriteBooleanValue(reader.ReadBoolean()); break;
            case AvroKind.Int: writer.WriteNumberValue(reader.ReadInt()); break;
            case AvroKind.Long: writer.WriteNumberValue(reader.ReadLong()); break;
            case AvroKind.Float: WriteFloat(writer, reader.ReadFloat()); break;
            case AvroKind.Double: WriteDouble(writer, reader.ReadDouble()); break;
            case AvroKind.Bytes: writer.WriteStringValue(Encoding.Latin1.GetString(reader.ReadBytes())); break;
            case AvroKind.Fixed: writer.WriteStringValue(Encoding.Latin1.GetString(reader.ReadFixed(schema.Size))); break;
            case AvroKind.String: writer.WriteStringValue(reader.ReadString()); break;
            case AvroKind.Enum: writer.WriteStringValue(schema.Symbols[reader.ReadIndex(schema.Symbols.Length, "enum symbol")]); break;
            case AvroKind.Union: WriteUnion(writer, schema, ref reader); break;
            case AvroKind.Record: WriteRecord(writer, schema, ref reader); break;
            case AvroKind.Array:
                writer.WriteStartArray();
                for (var n = reader.ReadBlockCount(schema.Element!.LeastSize); n > 0; n = reader.ReadBlockCount(schema.Element!.LeastSize))
                {
                    for (; n > 0; n--) Write(writer, schema.Element!, ref reader);
                }

                writer.WriteEndArray();
                break;
            case AvroKind.Map:
                writer.WriteStartObject();
                for (var n = reader.ReadBlockCount(1); n > 0; n = reader.ReadBlockCount(1))
                {
                    for (; n > 0; n--)
                    {
                        writer.WritePropertyName(reader.ReadString());
                        Write(writer, schema.Element!, ref reader);
                    }
                }

                writer.WriteEndObject();
                break;
            default: throw new InvalidOperationException($"Avro kind {schema.Kind}");
        }

        if (nests) reader.Leave();
    }

    private static void WriteRecord(Utf8JsonWriter writer, AvroSchema schema, ref AvroReader reader)
    {
        writer.WriteStartObject();
        var at = "";
        try
        {
            foreach (var field in schema.Fields)
            {
                at = field.Name;
                writer.WritePropertyName(at);
                Write(writer, field.Schema, ref reader);
            }
        }
        catch (AvroDataException e)
        {
            throw e.Within(at);
        }

        writer.WriteEndObject();
    }

    private static void WriteUnion(Utf8JsonWriter writer, AvroSchema schema, ref AvroReader reader)
    {
        var branch = schema.Branches[reader.ReadIndex(schema.Branches.Length, "union branch")];
        if (branch.Kind == AvroKind.Null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WritePropertyName(branch.Name);
        Write(writer, branch, ref reader);
        writer.WriteEndObject();
    }

    private static void WriteFloat(Utf8JsonWriter writer, float value)
    {
        if (float.IsFinite(value)) writer.WriteRawValue(TwoDigits(value.ToString("R", CultureInfo.InvariantCulture), value));
        else writer.WriteStringValue(Name(value));
    }

    private static void WriteDouble(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value)) writer.WriteRawValue(TwoDigits(value.ToString("R", CultureInfo.InvariantCulture), value));
        else writer.WriteStringValue(Name(value));
    }

    /// <summary>The shortest text that is read as the number again, but of two digits where one is enough, as in Java: of those that are read
    /// so, the nearest. Only for the smallest numbers are these two texts different numbers (5E-324, 4.9E-324).</summary>
    private static string TwoDigits<T>(string shortest, T value)
        where T : IFormattable
    {
        var exponent = shortest.IndexOf('E', StringComparison.Ordinal);
        return exponent < 0 || exponent > (shortest[0] == '-' ? 2 : 1) ? shortest : value.ToString("E1", CultureInfo.InvariantCulture);
    }

    private static string Name(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}
