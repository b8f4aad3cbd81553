using CdcStripeSync.Core.Changes;
using CdcStripeSync.Debezium.Envelope;

namespace CdcStripeSync.Debezium.Projection;

/// <summary>The projection of one writer's schema for one table, and the table as its records name it.</summary>
internal sealed record TableProjection(RecordProjection Projection, TableId Table, byte[] Schema, byte[] Db, byte[] Name)
{
    /// <summary>Whether the record just walked over is of this table.</summary>
    public bool IsTableOf(ReadOnlySpan<byte> body, ProjectionBuffer buffer) =>
        buffer.Bytes(EnvelopeField.Table, body).SequenceEqual(Name)
        && buffer.Bytes(EnvelopeField.Schema, body).SequenceEqual(Schema)
        && buffer.Bytes(EnvelopeField.Db, body).SequenceEqual(Db);
}
