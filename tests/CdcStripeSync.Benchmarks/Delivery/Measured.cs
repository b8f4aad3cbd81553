namespace CdcStripeSync.Benchmarks.Delivery;

/// <param name="PerSecond">Requests a second, from the first record to the last settlement.</param>
/// <param name="CpuSeconds">Of this process alone.</param>
internal sealed record Measured(int Requests, int Refused, double PerSecond, double CpuSeconds);
