using System.Runtime.InteropServices;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Projection;

/// <summary>The needed columns of an Avro record as its bytes had them, under one writer's schema.</summary>
/// <remarks>Kafka's key, the ends of the runs and the columns stand in one array, in the order of their use: a comparison is bound by how
/// often it has to wait for memory.</remarks>
internal sealed class AvroRecordImage : RecordImage
{
    private readonly byte[] _bytes;
    private readonly int _key;
    private readonly int _ends;

    /// <param name="key">Kafka's key, whole: a record under another key is another row, or needs a look.</param>
    /// <param name="ends">Where each run of columns ends.</param>
    public AvroRecordImage(TableProjection table, ReadOnlySpan<byte> key, ReadOnlySpan<int> ends, ReadOnlySpan<byte> columns)
    {
        Table = table;
        _key = key.Length;
        _ends = key.Length + (ends.Length * sizeof(int));
        _bytes = new byte[_ends + columns.Length];
        key.CopyTo(_bytes);
        MemoryMarshal.AsBytes(ends).CopyTo(_bytes.AsSpan(_key));
        columns.CopyTo(_bytes.AsSpan(_ends));
    }

    public TableProjection Table { get; }

    public override ReadOnlyMemory<byte> Key => _bytes.AsMemory(0, _key);

    /// <summary>Key, ends and columns.</summary>
    public void Parts(out ReadOnlySpan<byte> key, out ReadOnlySpan<int> ends, out ReadOnlySpan<byte> columns)
    {
        ReadOnlySpan<byte> all = _bytes;
        key = all[.._key];
        ends = MemoryMarshal.Cast<byte, int>(all[_key.._ends]);
        columns = all[_ends..];
    }

    public override int Size => _bytes.Length;
}
