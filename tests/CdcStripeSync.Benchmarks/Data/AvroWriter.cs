using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Benchmarks.Data;

/// <summary>Writes Avro values whose content is asked for by field name.</summary>
/// <param name="value">A field's value: null, bool, long, string, byte[] or string[]; asked with the path of records around it (<c>after.sku</c>).</param>
internal sealed class AvroWriter(Func<string, object?> value)
{
    private readonly ArrayBufferWriter<byte> _output = new();

    /// <summary>A value in Confluent's frame.</summary>
    public byte[] Frame(int schemaId, AvroSchema schema)
    {
        _output.ResetWrittenCount();
        Span<byte> header = stackalloc byte[5];
        header[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], schemaId);
        _output.Write(header);
        Write(schema, "");
        return _output.WrittenSpan.ToArray();
    }

    private void Write(AvroSchema schema, string path)
    {
        switch (schema.Kind)
        {
            case AvroKind.Union:
                var isNull = value(path) is null;
                var branch = schema.Branches.Select((b, i) => (b, i)).First(b => b.b.Kind == AvroKind.Null == isNull);
                Long(branch.i);
                if (!isNull) Write(branch.b, path);
                break;
            case AvroKind.Record:
                foreach (var field in schema.Fields) Write(field.Schema, path.Length == 0 ? field.Name : $"{path}.{field.Name}");
                break;
            case AvroKind.Boolean: Byte(value(path) is true ? (byte)1 : (byte)0); break;
            case AvroKind.Int or AvroKind.Long: Long(Convert.ToInt64(value(path), System.Globalization.CultureInfo.InvariantCulture)); break;
            case AvroKind.String: Sized(Encoding.UTF8.GetBytes((string?)value(path) ?? "")); break;
            case AvroKind.Bytes: Sized((byte[]?)value(path) ?? []); break;
            case AvroKind.Array:
                var items = (string[]?)value(path) ?? [];
                if (items.Length > 0) Long(items.Length);
                foreach (var item in items)
                {
                    Long(schema.Element!.Branches[0].Kind == AvroKind.Null ? 1 : 0);
                    Sized(Encoding.UTF8.GetBytes(item));
                }

                Long(0);
                break;
            default: throw new InvalidOperationException($"the shop's schemas hold no {schema.Kind}");
        }
    }

    private void Sized(byte[] bytes)
    {
        Long(bytes.Length);
        _output.Write(bytes);
    }

    private void Long(long number)
    {
        var zigzag = (ulong)((number << 1) ^ (number >> 63));
        while (zigzag > 0x7f)
        {
            Byte((byte)((zigzag & 0x7f) | 0x80));
            zigzag >>= 7;
        }

        Byte((byte)zigzag);
    }

    private void Byte(byte b) => _output.Write([b]);
}
