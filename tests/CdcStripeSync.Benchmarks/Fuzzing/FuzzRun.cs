using System.Diagnostics;
using CdcStripeSync.Benchmarks.Data;
using CdcStripeSync.Debezium.Tests.Fuzzing;

namespace CdcStripeSync.Benchmarks.Fuzzing;

/// <summary>The long form of the fuzz test: as many damaged records as asked for, from one seed, on every core.</summary>
internal static class FuzzRun
{
    private const int Part = 100_000;

    public static async Task<int> RunAsync(long runs, int seed)
    {
        var corpus = Repository.File("tests", "corpus", "decoding", "records.txt");
        Console.WriteLine($"{runs} records from seed {seed}");
        var clock = Stopwatch.StartNew();
        var parts = (int)Math.Max(1, runs / Part);
        var next = -1;
        var results = await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(async () =>
        {
            var fuzz = new DecodeFuzz();
            foreach (var folder in Directory.GetDirectories(Repository.File("tests", "fixtures", "debezium")).Where(d => Directory.EnumerateFiles(d, "records.jsonl*").Any()).Order(StringComparer.Ordinal))
                await fuzz.AddAsync(Path.GetFileName(folder), folder, CancellationToken.None);
            for (var part = Interlocked.Increment(ref next); part < parts; part = Interlocked.Increment(ref next))
            {
                var random = new Random(seed + part);
                for (var i = 0L; i < runs / parts; i++)
                {
                    var from = fuzz.Seeds[random.Next(fuzz.Seeds.Count)];
                    var value = Mutation.Of(from.Record.Value!.Value.Span, random);
                    if (fuzz.Try(from, value) is not { } wrong) continue;
                    return (fuzz, Wrong: (string?)$"{wrong}\n{from.Recording} {from.Record.Origin}\n{Convert.ToBase64String(value)}", (from.Recording, value));
                }

                if (part % 10 == 9) Console.WriteLine($"  {(part + 1) * (runs / parts),12} after {clock.Elapsed.TotalSeconds,6:F0} s");
            }

            return (fuzz, null, default);
        })));
        var all = results.Select(r => r.fuzz).ToList();
        Console.WriteLine($"tried {all.Sum(f => f.Tried)}: {all.Sum(f => f.Unreadable)} refused with schema id, field and byte; {all.Sum(f => f.Projected)} read alike by both decoders; {all.Sum(f => f.SaidTheSame)} said what is settled");
        Console.WriteLine($"slowest {all.Max(f => f.MostMilliseconds):F1} ms; most allocated beyond twice the record {all.Max(f => f.MostBytesOverTwice)} bytes; {clock.Elapsed.TotalSeconds:F0} s");
        var kept = Corpus.Read(corpus).Concat(results.Where(r => r.Wrong is not null).Select(r => r.Item3));
        var kinds = all.SelectMany(f => f.Kinds).DistinctBy(k => k.Key).OrderBy(k => k.Key, StringComparer.Ordinal).Take(200).Select(k => k.Value);
        Corpus.Write(corpus, File.Exists(corpus) ? kept : kept.Concat(kinds));
        foreach (var wrong in results.Select(r => r.Wrong).OfType<string>()) Console.Error.WriteLine($"fuzz: {wrong}");
        return results.Any(r => r.Wrong is not null) ? 1 : 0;
    }
}
