namespace CdcStripeSync.CrashTest.Wire;

/// <summary>A Kafka record as Debezium writes it.</summary>
/// <param name="Value">Null: a tombstone.</param>
internal sealed record WireRecord(string Topic, byte[] Key, byte[]? Value, IReadOnlyList<KeyValuePair<string, byte[]>> Headers);
