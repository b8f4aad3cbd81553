using System.Buffers.Binary;
using System.Text;

namespace CdcStripeSync.Debezium.Avro;

/// <summary>Reads Avro's binary encoding from a span, bounded by it: no length, count or depth in the bytes can make it read or
/// allocate more than the record holds.</summary>
public ref struct AvroReader(ReadOnlySpan<byte> data)
{
    /// <summary>Values nest no deeper than this.</summary>
    public const int MaxDepth = 200;

    /// <summary>Items without any bytes of their own (nulls) that one record may hold: nothing else bounds their number.</summary>
    public const int MaxEmptyItems = 10_000;

    /// <summary>Values that begin one after the other without a byte read between them: beyond that a schema of records in records doubles
    /// nothing many times over.</summary>
    private const int MaxIdle = 1_000;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> _data = data;
    private int _depth;
    private long _emptyItems;
    private int _lastEntered;
    private int _idle;

    public int Position { get; private set; }

    public readonly int Remaining => _data.Length - Position;

    public bool ReadBoolean() => Take(1)[0] switch
    {
        0 => false,
        1 => true,
        var other => throw Broken($"a boolean is 0 or 1, not {other}"),
    };

    public int ReadInt()
    {
        var value = ReadLong();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Broken($"{value} does not fit an int");
    }

    public long ReadLong()
    {
        if ((uint)Position < (uint)_data.Length && _data[Position] < 0x80)
        {
            var only = _data[Position++];
            return (only >> 1) ^ -(only & 1);
        }

        return ReadLongerLong();
    }

    public float ReadFloat() => BinaryPrimitives.ReadSingleLittleEndian(Take(4));

    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadLong();
        return length >= 0 && length <= Remaining ? Take((int)length) : throw Broken($"a length of {length} with {Remaining} bytes left");
    }

    public ReadOnlySpan<byte> ReadFixed(int size) => Take(size);

    public string ReadString() => Text(ReadBytes());

    /// <summary>Bytes just read as the text that they are.</summary>
    public readonly string Text(ReadOnlySpan<byte> bytes)
    {
        if (Ascii.IsValid(bytes)) return Encoding.Latin1.GetString(bytes);
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Broken("a string is not UTF-8");
        }
    }

    public int ReadIndex(int count, string what)
    {
        var index = ReadLong();
        return index >= 0 && index < count ? (int)index : throw Broken($"{what} {index} of {count}");
    }

    /// <summary>The number of items in the next block; 0 ends the array or map.</summary>
    /// <param name="leastItemSize">Bytes that an item takes at least: a count that cannot fit is refused.</param>
    public long ReadBlockCount(int leastItemSize)
    {
        var count = ReadLong();
        if (count < 0)
        {
            if (count == long.MinValue) throw Broken("a block count is out of range");
            count = -count;
            var size = ReadLong();
            if (size < 0 || size > Remaining) throw Broken($"a block of {size} bytes with {Remaining} left");
        }

        if (leastItemSize == 0)
        {
            if (count > MaxEmptyItems || (_emptyItems += count) > MaxEmptyItems) throw Broken($"more than {MaxEmptyItems} items without bytes");
            return count;
        }

        return count <= Remaining / leastItemSize ? count : throw Broken($"a block of {count} items with {Remaining} bytes left");
    }

    public void Enter()
    {
        if (++_depth > MaxDepth) throw Broken($"values nest deeper than {MaxDepth}");
        if (Position != _lastEntered) (_lastEntered, _idle) = (Position, 0);
        else if (++_idle > MaxIdle) throw Broken($"more than {MaxIdle} values without bytes");
    }

    public void Leave() => _depth--;

    public void Skip(AvroSchema schema)
    {
        while (schema.Kind == AvroKind.Union) schema = schema.Branches[ReadIndex(schema.Branches.Length, "union branch")];
        switch (schema.Kind)
        {
            case AvroKind.Null: return;
            case AvroKind.Boolean: ReadBoolean(); return;
            case AvroKind.Int or AvroKind.Long or AvroKind.Enum: ReadLong(); return;
            case AvroKind.Float: Take(4); return;
            case AvroKind.Double: Take(8); return;
            case AvroKind.Bytes or AvroKind.String: ReadBytes(); return;
            case AvroKind.Fixed: Take(schema.Size); return;
        }

        Enter();
        switch (schema.Kind)
        {
            case AvroKind.Record:
                if (schema.LeastSize == 0) break; // it takes none at all
                foreach (var field in schema.Fields) Skip(field.Schema);
                break;
            case AvroKind.Array:
                for (var n = ReadBlockCount(schema.Element!.LeastSize); n > 0; n = ReadBlockCount(schema.Element!.LeastSize))
                {
                    for (; n > 0; n--) Skip(schema.Element!);
                }

                break;
            case AvroKind.Map:
                for (var n = ReadBlockCount(1); n > 0; n = ReadBlockCount(1))
                {
                    for (; n > 0; n--)
                    {
                        ReadBytes();
                        Skip(schema.Element!);
                    }
                }

                break;
            default: throw new InvalidOperationException($"Avro kind {schema.Kind}");
        }

        Leave();
    }

    public readonly AvroDataException Broken(string message, string path = "") => new(message, path, Position);

    private long ReadLongerLong()
    {
        var (value, next) = Varint.Read(_data, Position);
        if (next < 0) throw NoLong();
        Position = next;
        return value;
    }

    /// <summary>What is wrong with a number that cannot be read.</summary>
    private AvroDataException NoLong()
    {
        for (var i = 0; Position < _data.Length; i++)
        {
            Position++;
            if (i == 9) return Broken("a long has more than 64 bits");
        }

        return Broken("the record ends: 1 bytes needed, 0 left");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > Remaining) throw Broken($"the record ends: {count} bytes needed, {Remaining} left");
        var taken = _data.Slice(Position, count);
        Position += count;
        return taken;
    }
}
