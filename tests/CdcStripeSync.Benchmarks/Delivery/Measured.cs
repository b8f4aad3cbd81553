namespace CdcStripeSync.Benchmarks.Delivery;

/// <param name="Took">From the first record to the last settlement.</param>
/// <param name="CpuSeconds">Of this process alone.</param>
internal sealed record Measured(int Requests, int Refused, TimeSpan Took, double CpuSeconds)
{
    public double PerSecond => Requests / Took.TotalSeconds;
}
