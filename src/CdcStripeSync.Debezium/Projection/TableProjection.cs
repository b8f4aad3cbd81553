using CdcStripeSync.Debezium.Envelope;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Projection;

/// <summary>The projection of one writer's schema for one table, and the table as its records name it. Thread-safe.</summary>
internal sealed class TableProjection(RecordProjection projection, byte[] schema, byte[] db, byte[] name)
{
    private const int MostPatience = 4_096;
    private volatile Stencil? _stencil;
    private int _misses;
    private int _patience = 1;

    public RecordProjection Projection => projection;

    /// <summary>Whether these fields, found in these bytes, are of this table.</summary>
    public bool IsTableOf(ReadOnlySpan<byte> bytes, FieldPlaces fields) =>
        fields.Bytes(EnvelopeField.Table, bytes).SequenceEqual(name)
        && fields.Bytes(EnvelopeField.Schema, bytes).SequenceEqual(schema)
        && fields.Bytes(EnvelopeField.Db, bytes).SequenceEqual(db);

    /// <summary>Whether a record is of this table and says the same as the image of its row, and at which position.</summary>
    public bool SaysTheSame(ReadOnlySpan<byte> body, ReadOnlySpan<byte> image, ProjectionBuffer buffer, EventStamp stamp)
    {
        if (!projection.HoldsRow(body, image, buffer) || buffer.TrustedABlockSize) return false;
        var tail = body[buffer.Position..];
        if (_stencil is { } known && known.Fits(tail)) return StampReader.TryRead(known.Snapshot, tail, known.Places, buffer, stamp);
        if (!HoldsRest(body, buffer) || buffer.TrustedABlockSize || !IsTableOf(body, buffer.Fields)) return false;
        return StampReader.Snapshot(body, buffer.Fields) is { } snapshot && StampReader.TryRead(snapshot, body, buffer.Fields, buffer, stamp);
    }

    /// <summary>Learns how records of this table are laid out: at once, then the more seldom the more often they change.</summary>
    /// <remarks>Counts that two threads lose to each other only learn later.</remarks>
    private bool HoldsRest(ReadOnlySpan<byte> body, ProjectionBuffer buffer)
    {
        if (++_misses < _patience) return projection.HoldsRest(body, buffer);
        (_misses, _patience) = (0, Math.Min(_patience * 2, MostPatience));
        if (!projection.HoldsRest(body, buffer, out var learned)) return false;
        if (learned is not null && IsTableOf(body, buffer.Fields) && StampReader.Snapshot(body, buffer.Fields) is not null) _stencil = learned;
        return true;
    }
}
