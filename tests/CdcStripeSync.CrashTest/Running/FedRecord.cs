using CdcStripeSync.CrashTest.History;

namespace CdcStripeSync.CrashTest.Running;

/// <summary>A change as it stands in Kafka.</summary>
internal sealed record FedRecord(RowChange Change, string Topic, int Partition, long Offset);
