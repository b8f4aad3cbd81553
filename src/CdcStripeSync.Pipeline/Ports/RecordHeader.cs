namespace CdcStripeSync.Pipeline.Ports;

public readonly record struct RecordHeader(string Key, ReadOnlyMemory<byte>? Value);
