using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Debezium.Projection;

/// <summary>Passes over a value by its schema's tree. Each item takes at least one byte, or none of its kind takes any and they are passed
/// over together: the work is bounded by the bytes, the stack by <see cref="AvroReader.MaxDepth"/>.</summary>
internal static class TreeSkip
{
    /// <returns>The position after the value; where it is wrong, the complement (<c>~</c>) of the position there.</returns>
    public static int Skip(AvroSchema schema, ReadOnlySpan<byte> body, int at, int depth, ref bool trustedASize)
    {
        if (depth > AvroReader.MaxDepth) return ~at;
        switch (schema.Kind)
        {
            case AvroKind.Null: return at;
            case AvroKind.Boolean: return at < body.Length && body[at] <= 1 ? at + 1 : ~at;
            case AvroKind.Int or AvroKind.Long: return Varint.Skip(body, at) is var next and >= 0 ? next : ~at;
            case AvroKind.Float: return Fixed(body, at, 4);
            case AvroKind.Double: return Fixed(body, at, 8);
            case AvroKind.Fixed: return Fixed(body, at, schema.Size);
            case AvroKind.Bytes or AvroKind.String: return Sized(body, at);
            case AvroKind.Enum:
                var symbol = Varint.Count(body, at);
                return (uint)symbol.Value < (uint)schema.Symbols.Length ? symbol.Next : ~at;
            case AvroKind.Union:
                var branch = Varint.Count(body, at);
                return (uint)branch.Value < (uint)schema.Branches.Length
                    ? Skip(schema.Branches[branch.Value], body, branch.Next, depth + 1, ref trustedASize)
                    : ~at;
            case AvroKind.Record:
                if (schema.LeastSize == 0) return at;
                foreach (var field in schema.Fields)
                {
                    at = Skip(field.Schema, body, at, depth + 1, ref trustedASize);
                    if (at < 0) return at;
                }

                return at;
            case AvroKind.Array or AvroKind.Map: return Blocks(schema, body, at, depth + 1, ref trustedASize);
            default: throw new InvalidOperationException($"Avro kind {schema.Kind}");
        }
    }

    public static int Sized(ReadOnlySpan<byte> body, int at)
    {
        var (length, next) = Varint.Count(body, at);
        return length >= 0 && length <= body.Length - next ? next + length : ~at;
    }

    public static int Fixed(ReadOnlySpan<byte> body, int at, int size) => size <= body.Length - at ? at + size : ~at;

    private static int Blocks(AvroSchema schema, ReadOnlySpan<byte> body, int at, int depth, ref bool trustedASize)
    {
        var isMap = schema.Kind == AvroKind.Map;
        var isEmpty = !isMap && schema.Element!.LeastSize == 0;
        while (true)
        {
            var (count, next) = Varint.Read(body, at);
            if (next < 0) return ~at;
            if (count == 0) return next;
            if (count < 0)
            {
                var (size, items) = Varint.Read(body, next);
                if (items < 0 || size < 0 || size > body.Length - items) return ~at;
                trustedASize = true;
                at = items + (int)size;
                continue;
            }

            at = next;
            if (isEmpty) continue;
            if (count > body.Length - at) return ~at;
            for (; count > 0; count--)
            {
                if (isMap && (at = Sized(body, at)) < 0) return at;
                at = Skip(schema.Element!, body, at, depth, ref trustedASize);
                if (at < 0) return at;
            }
        }
    }
}
