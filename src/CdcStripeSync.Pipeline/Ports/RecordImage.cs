namespace CdcStripeSync.Pipeline.Ports;

/// <summary>What a record said of the columns that the mapping reads, kept so that a later record can be compared with it undecoded.</summary>
/// <remarks>A value, so that where many of them stand together none has to be fetched by itself.</remarks>
/// <param name="Form">What the bytes after the key mean: known to those who made the image.</param>
/// <param name="Bytes">Kafka's key of the record, whole, and after it what the columns held.</param>
/// <param name="KeyLength">The key's length in bytes.</param>
public readonly record struct RecordImage(object Form, byte[] Bytes, int KeyLength)
{
    public ReadOnlySpan<byte> Key => Bytes.AsSpan(0, KeyLength);
}
