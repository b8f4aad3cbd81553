using System.Globalization;
using CdcStripeSync.Benchmarks.Decoding;
using CdcStripeSync.Benchmarks.Delivery;
using CdcStripeSync.Benchmarks.Fuzzing;

namespace CdcStripeSync.Benchmarks;

/// <summary><c>decode [DIR]</c> · <c>memory</c> · <c>delivery [ROWS]</c> · <c>fuzz RUNS [SEED]</c>.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["delivery", ..]:
                await DeliveryRates.RunAsync(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 6_000);
                return 0;
            case ["fuzz", var runs, .. var seed]:
                return await FuzzRun.RunAsync(long.Parse(runs, CultureInfo.InvariantCulture), seed is [var given] ? int.Parse(given, CultureInfo.InvariantCulture) : 1);
            case ["decode", .. var data]:
                var bench = DecodeBench.Prepare(data is [{ Length: > 0 } folder] ? folder : null);
                Console.WriteLine($"{Environment.ProcessorCount} processors, .NET {Environment.Version}, {Machine()}");
                DecodeRates.Run(bench);
                KafkaLoop.Run(bench);
                FlatMemory.Run(bench);
                return 0;
            case ["memory"]:
                DecideMemory.Run();
                return 0;
            default:
                await Console.Error.WriteLineAsync("usage: decode [DIR] | memory | delivery [ROWS] | fuzz RUNS [SEED]");
                return 2;
        }
    }

    private static string Machine() =>
        File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..]
            : System.Runtime.InteropServices.RuntimeInformation.OSDescription;
}
