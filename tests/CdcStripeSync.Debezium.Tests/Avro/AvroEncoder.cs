using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Debezium.Tests.Avro;

/// <summary>Avro's JSON encoding → Avro's binary encoding: the decoder's way back, for records that no recording holds.</summary>
/// <param name="negativeBlocks">Writes blocks of arrays and maps with a negative count and their size, as some writers do.</param>
internal sealed class AvroEncoder(bool negativeBlocks = false)
{
    public byte[] Encode(AvroSchema schema, JsonElement value)
    {
        using var output = new MemoryStream();
        Write(output, schema, value);
        return output.ToArray();
    }

    /// <summary>With Confluent's frame before it.</summary>
    public byte[] Frame(int id, string schema, string json)
    {
        using var value = JsonDocument.Parse(json);
        return Frame(id, Encode(AvroSchema.Parse(schema), value.RootElement));
    }

    public static byte[] Frame(int id, byte[] body)
    {
        var framed = new byte[body.Length + 5];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), id);
        body.CopyTo(framed, 5);
        return framed;
    }

    public static void WriteLong(Stream output, long value)
    {
        var zigzag = (ulong)((value << 1) ^ (value >> 63));
        while (zigzag > 0x7f)
        {
            output.WriteByte((byte)((zigzag & 0x7f) | 0x80));
            zigzag >>= 7;
        }

        output.WriteByte((byte)zigzag);
    }

    private void Write(Stream output, AvroSchema schema, JsonElement value)
    {
        switch (schema.Kind)
        {
            case AvroKind.Null: break;
            case AvroKind.Boolean: output.WriteByte(value.GetBoolean() ? (byte)1 : (byte)0); break;
            case AvroKind.Int or AvroKind.Long: WriteLong(output, value.GetInt64()); break;
            case AvroKind.Float: output.Write(BitConverter.GetBytes((float)Floating(value))); break;
            case AvroKind.Double: output.Write(BitConverter.GetBytes(Floating(value))); break;
            case AvroKind.Bytes: WriteSized(output, Encoding.Latin1.GetBytes(value.GetString()!)); break;
            case AvroKind.String: WriteSized(output, Encoding.UTF8.GetBytes(value.GetString()!)); break;
            case AvroKind.Fixed: output.Write(Encoding.Latin1.GetBytes(value.GetString()!)); break;
            case AvroKind.Enum: WriteLong(output, schema.Symbols.IndexOf(value.GetString()!)); break;
            case AvroKind.Union: WriteUnion(output, schema, value); break;
            case AvroKind.Record:
                foreach (var field in schema.Fields) Write(output, field.Schema, value.GetProperty(field.Name));
                break;
            case AvroKind.Array: WriteBlock(output, value.GetArrayLength(), block => { foreach (var item in value.EnumerateArray()) Write(block, schema.Element!, item); }); break;
            case AvroKind.Map:
                WriteBlock(output, value.EnumerateObject().Count(), block =>
                {
                    foreach (var entry in value.EnumerateObject())
                    {
                        WriteSized(block, Encoding.UTF8.GetBytes(entry.Name));
                        Write(block, schema.Element!, entry.Value);
                    }
                });
                break;
            default: throw new InvalidOperationException($"Avro kind {schema.Kind}");
        }
    }

    private void WriteUnion(Stream output, AvroSchema schema, JsonElement value)
    {
        var name = value.ValueKind == JsonValueKind.Null ? "null" : value.EnumerateObject().Single().Name;
        for (var i = 0; i < schema.Branches.Length; i++)
        {
            if (schema.Branches[i].Name != name) continue;
            WriteLong(output, i);
            Write(output, schema.Branches[i], value.ValueKind == JsonValueKind.Null ? value : value.GetProperty(name));
            return;
        }

        throw new InvalidOperationException($"the union has no branch {name}");
    }

    private void WriteBlock(Stream output, int count, Action<Stream> items)
    {
        if (count > 0)
        {
            using var block = new MemoryStream();
            items(block);
            WriteLong(output, negativeBlocks ? -count : count);
            if (negativeBlocks) WriteLong(output, block.Length);
            output.Write(block.GetBuffer(), 0, (int)block.Length);
        }

        WriteLong(output, 0);
    }

    private static void WriteSized(Stream output, byte[] bytes)
    {
        WriteLong(output, bytes.Length);
        output.Write(bytes);
    }

    private static double Floating(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetDouble();
}
