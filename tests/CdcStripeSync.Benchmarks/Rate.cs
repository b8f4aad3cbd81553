namespace CdcStripeSync.Benchmarks;

/// <param name="PerCoreSecond">Values in a second of one core's time.</param>
/// <param name="PerSecond">Values in a second by the clock on the wall.</param>
/// <param name="BytesPerValue">Bytes allocated for each.</param>
internal readonly record struct Rate(double PerCoreSecond, double PerSecond, double BytesPerValue)
{
    public override string ToString() => $"{PerCoreSecond / 1e6,6:F2} M values/s of one core ({PerSecond / 1e6:F2} by the clock), {BytesPerValue:F1} bytes allocated for each";
}
