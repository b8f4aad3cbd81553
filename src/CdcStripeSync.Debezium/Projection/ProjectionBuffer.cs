using CdcStripeSync.Debezium.Envelope;

namespace CdcStripeSync.Debezium.Projection;

/// <summary>Where a record's needed values stand in its bytes: filled anew by each read, so that one buffer serves any number of records.</summary>
/// <remarks>Not thread-safe: one for each flow of records.</remarks>
public sealed class ProjectionBuffer
{
    private const int Fields = (int)EnvelopeField.Nanos + 1;
    private uint _present;

    internal int[] FieldBegin { get; } = new int[Fields];

    internal int[] FieldEnd { get; } = new int[Fields];

    internal int[] ColumnBegin { get; private set; } = new int[32];

    internal int[] ColumnEnd { get; private set; } = new int[32];

    /// <summary>The last server's name made for a position: it repeats from record to record.</summary>
    internal (long Id, byte[] File, string Name)? Server { get; set; }

    /// <summary>Whether the record holds a row (<c>after</c> is not null).</summary>
    public bool HasRow { get; internal set; }

    /// <summary>Where reading stopped: the end of the record, or the byte that is wrong.</summary>
    internal int Position { get; set; }

    /// <summary>The step at which reading stopped.</summary>
    internal int Step { get; set; }

    /// <summary>Some block of an array or map was passed over by the size that its writer gave.</summary>
    public bool TrustedABlockSize { get; internal set; }

    internal void Clear(int columns)
    {
        _present = 0;
        HasRow = false;
        TrustedABlockSize = false;
        if (ColumnBegin.Length >= columns) return;
        ColumnBegin = new int[columns];
        ColumnEnd = new int[columns];
    }

    internal bool Has(EnvelopeField field) => (_present & (1u << (int)field)) != 0;

    internal void Set(int field, int begin, int end)
    {
        FieldBegin[field] = begin;
        FieldEnd[field] = end;
        _present |= 1u << field;
    }

    internal ReadOnlySpan<byte> Bytes(EnvelopeField field, ReadOnlySpan<byte> body) =>
        Has(field) ? body[FieldBegin[(int)field]..FieldEnd[(int)field]] : default;
}
