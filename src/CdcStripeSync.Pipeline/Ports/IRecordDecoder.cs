namespace CdcStripeSync.Pipeline.Ports;

/// <summary>Bytes → what they say.</summary>
public interface IRecordDecoder
{
    /// <summary>Decodes one record. Never throws for what the bytes hold (that is <see cref="DecodedRecord.Unreadable"/>);
    /// throws <see cref="SchemaRegistryUnavailableException"/> while a needed schema cannot be had: the record waits.</summary>
    ValueTask<DecodedRecord> DecodeAsync(SourceRecord record, CancellationToken cancellationToken);
}
