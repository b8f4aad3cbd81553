using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Wire;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>A record's key by its own converter, which need not be the value's: framed Avro, or read already.</summary>
internal sealed record KeyPart((ConfluentFrame Frame, AvroSchema Schema)? Framed, RecordKey? Columns)
{
    /// <summary>A key that names no columns: plain text, as Connect's StringConverter writes it, or one Avro value (<c>ExtractField</c>). The row
    /// itself says which it is.</summary>
    public static KeyPart Nameless { get; } = new(null, RecordKey.None);

    /// <summary>Eight bytes are a frame or a number alone, whose own bytes would be the schema's id.</summary>
    public bool MayBeNumber => Framed is { Frame.Body.Length: 3 };

    public string Name => Framed is var (frame, _) ? $"key with schema id {frame.SchemaId}" : "key";
}
