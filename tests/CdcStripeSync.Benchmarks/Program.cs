using System.Globalization;
using CdcStripeSync.Benchmarks.Decoding;
using CdcStripeSync.Benchmarks.Delivery;
using CdcStripeSync.Benchmarks.Fuzzing;
using CdcStripeSync.DevStack.Postgres;

namespace CdcStripeSync.Benchmarks;

/// <summary><c>decode [DIR]</c> · <c>memory</c> · <c>delivery [ROWS [DIR]]</c>, or a part of it: <c>rates ROWS [LATENCY]</c> · <c>folding [DIR]</c> · <c>instances</c> · <c>half-load</c>; <c>outage [ROWS]</c> · <c>fuzz RUNS [SEED]</c>.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["delivery", .. var rest]:
                return await WithStoreAsync(p => DeliverAsync(p, rest is [var rows, ..] ? Number(rows) : 6_000, rest is [_, { Length: > 0 } recording] ? recording : null));
            case ["rates", var many, .. var latency]:
                return await WithStoreAsync(p => DeliveryRates.RunAsync(p, Number(many), latency is [var only] ? [Number(only)] : DeliveryRates.Latencies));
            case ["delivery-instance", var database, var stripe, var instance, var concurrency]:
                await TwoInstances.WorkAsync(database, stripe, Number(instance), Number(concurrency));
                return 0;
            case ["folding", .. var shop]:
                return await WithStoreAsync(p => Folding.RunAsync(p, shop is [{ Length: > 0 } shopBench] ? shopBench : null));
            case ["instances"]:
                return await WithStoreAsync(TwoInstances.RunAsync);
            case ["half-load"]:
                return await WithStoreAsync(HalfLoad.RunAsync);
            case ["outage", .. var waiting]:
                return await WithStoreAsync(p => OutageRun.RunAsync(p, waiting is [{ Length: > 0 } number] ? Number(number) : 100_000));
            case ["fuzz", var runs, .. var seed]:
                return await FuzzRun.RunAsync(long.Parse(runs, CultureInfo.InvariantCulture), seed is [var given] ? Number(given) : 1);
            case ["decode", .. var data]:
                var bench = DecodeBench.Prepare(data is [{ Length: > 0 } folder] ? folder : null);
                Console.WriteLine(Where());
                DecodeRates.Run(bench);
                KafkaLoop.Run(bench);
                FlatMemory.Run(bench);
                return 0;
            case ["memory"]:
                DecideMemory.Run();
                return 0;
            default:
                await Console.Error.WriteLineAsync("usage: decode [DIR] | memory | delivery [ROWS [DIR]] | rates ROWS [LATENCY] | folding [DIR] | instances | half-load | outage [ROWS] | fuzz RUNS [SEED]");
                return 2;
        }
    }

    private static async Task DeliverAsync(PostgresServer postgres, int rows, string? recording)
    {
        await DeliveryRates.RunAsync(postgres, rows, DeliveryRates.Latencies);
        await DeliveryRates.LimitedAsync(postgres);
        await Folding.RunAsync(postgres, recording);
        await TwoInstances.RunAsync(postgres);
        await HalfLoad.RunAsync(postgres);
    }

    private static async Task<int> WithStoreAsync(Func<PostgresServer, Task> measure)
    {
        Console.WriteLine($"{Where()}; the simulator runs as a process of its own on the same processors, the state store is PostgreSQL");
        await using var postgres = await PostgresServer.StartTemporaryAsync(default);
        await measure(postgres);
        return 0;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Where() => $"{Environment.ProcessorCount} processors, .NET {Environment.Version}, {Machine()}";

    private static string Machine() =>
        File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..]
            : System.Runtime.InteropServices.RuntimeInformation.OSDescription;
}
