using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Unchanged;

/// <summary>What a record said of its row, and where later records of the same row are looked for.</summary>
/// <param name="Home">The partition's book.</param>
public sealed record RowImage(RecordImage Image, PartitionRows Home);
