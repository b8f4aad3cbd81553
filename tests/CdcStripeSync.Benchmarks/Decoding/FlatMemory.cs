using System.Diagnostics;

namespace CdcStripeSync.Benchmarks.Decoding;

/// <summary>Memory over ten million records.</summary>
internal static class FlatMemory
{
    private const long Total = 10_000_000;

    public static void Run(DecodeBench bench)
    {
        var records = bench.Records;
        var look = new Look(records, bench.Homes);
        var passed = new long[3];
        long done = 0, next = 0;
        while (done < Total)
        {
            done += look.AtAll(passed);
            bench.Rows.TakePassed();
            if (done < next) continue;
            next += Total / 4;
            using var process = Process.GetCurrentProcess();
            Console.WriteLine($"  after {done,9} records: {GC.GetTotalMemory(forceFullCollection: true) / 1e6,7:F1} MB of objects, {process.WorkingSet64 / 1e6,7:F1} MB in memory, {bench.Rows.Count} rows");
        }
    }
}
