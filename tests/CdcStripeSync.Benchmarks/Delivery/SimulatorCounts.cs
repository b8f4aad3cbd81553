namespace CdcStripeSync.Benchmarks.Delivery;

/// <param name="Received">Requests of every kind.</param>
/// <param name="Reads">Of these, GET.</param>
/// <param name="Refused">Answered 429.</param>
internal readonly record struct SimulatorCounts(long Received, long Reads, long Refused)
{
    public long Writes => Received - Reads;

    public static SimulatorCounts operator -(SimulatorCounts later, SimulatorCounts earlier) =>
        new(later.Received - earlier.Received, later.Reads - earlier.Reads, later.Refused - earlier.Refused);
}
