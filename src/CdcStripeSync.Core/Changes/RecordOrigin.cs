namespace CdcStripeSync.Core.Changes;

/// <summary>Where a record stands in Kafka.</summary>
public readonly record struct RecordOrigin(string Topic, int Partition, long Offset)
{
    public override string ToString() => $"{Topic}[{Partition}]@{Offset}";
}
