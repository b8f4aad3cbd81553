using System.Globalization;
using CdcStripeSync.Benchmarks.Decoding;
using CdcStripeSync.Benchmarks.Fuzzing;

namespace CdcStripeSync.Benchmarks;

/// <summary><c>decode [DIR]</c> · <c>fuzz RUNS [SEED]</c>.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["fuzz", var runs, .. var seed]:
                return await FuzzRun.RunAsync(long.Parse(runs, CultureInfo.InvariantCulture), seed is [var given] ? int.Parse(given, CultureInfo.InvariantCulture) : 1);
            case ["decode", .. var data]:
                DecodeRates.Run(DecodeBench.Prepare(data is [{ Length: > 0 } folder] ? folder : null));
                return 0;
            default:
                await Console.Error.WriteLineAsync("usage: decode [DIR] | fuzz RUNS [SEED]");
                return 2;
        }
    }
}
