using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.History;

namespace CdcStripeSync.Simulation.Broker;

/// <summary>One partition's records.</summary>
internal sealed class PartitionLog(PartitionId id)
{
    public PartitionId Id => id;

    public List<(RowEvent Change, SourceRecord Record, DecodedRecord Decoded)> Records { get; } = [];

    /// <summary>Kafka's committed offset; null before the first.</summary>
    public long? Committed { get; set; }
}
