namespace CdcStripeSync.Pipeline.Ports;

/// <summary>What a record said of the columns that the mapping reads, kept so that a later record can be compared with it undecoded.</summary>
/// <remarks>A value, so that where many of them stand together none has to be fetched by itself.</remarks>
/// <param name="Form">What the columns' bytes mean: known to those who made the image.</param>
/// <param name="Bytes">Room for whoever keeps the image, then Kafka's key of the record, whole, then what the columns held: one piece of memory,
/// since a look at a row is bound by how often it waits for some.</param>
/// <param name="KeyLength">The key's length in bytes.</param>
public readonly record struct RecordImage(object Form, byte[] Bytes, ushort KeyLength)
{
    /// <summary>Bytes before the key that mean nothing to those who made the image.</summary>
    public const int Room = 80;

    public ReadOnlySpan<byte> Key => Bytes.AsSpan(Room, KeyLength);

    public ReadOnlySpan<byte> Columns => Bytes.AsSpan(Room + KeyLength);
}
