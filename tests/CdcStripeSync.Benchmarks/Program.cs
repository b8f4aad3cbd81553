using System.Globalization;
using CdcStripeSync.Benchmarks.Decoding;
using CdcStripeSync.Benchmarks.Delivery;

namespace CdcStripeSync.Benchmarks;

/// <summary><c>decode [folder of shop-bench]</c> or <c>delivery [rows]</c>.</summary>
internal static class Program
{
    private static async Task Main(string[] args)
    {
        switch (args)
        {
            case ["delivery", ..]: await DeliveryRates.RunAsync(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 6_000); break;
            case ["decode", var folder]: DecodeRates.Run(DecodeBench.Prepare(folder)); break;
            default: DecodeRates.Run(DecodeBench.Prepare(null)); break;
        }
    }
}
