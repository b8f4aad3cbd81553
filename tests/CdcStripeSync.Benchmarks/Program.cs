using CdcStripeSync.Benchmarks.Decoding;

namespace CdcStripeSync.Benchmarks;

internal static class Program
{
    private static void Main(string[] args) => DecodeRates.Run(DecodeBench.Prepare(args.Length > 0 ? args[0] : null));
}
