namespace CdcStripeSync.Pipeline.Ports;

public readonly record struct PartitionId(string Topic, int Partition)
{
    public override string ToString() => $"{Topic}[{Partition}]";
}
