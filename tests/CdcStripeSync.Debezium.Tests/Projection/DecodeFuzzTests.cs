using System.Buffers.Binary;
using CdcStripeSync.Debezium.Tests.Fuzzing;

namespace CdcStripeSync.Debezium.Tests.Projection;

/// <summary>The short form of <c>make fuzz</c>.</summary>
public sealed class DecodeFuzzTests
{
    private static readonly Lazy<Task<DecodeFuzz>> Loaded = new(LoadAsync);

    [Fact]
    public async Task Records_Mutated_AreReadAlikeOrRefusedWithTheirPlace()
    {
        var fuzz = await Loaded.Value;
        var random = new Random(20_261_121);
        lock (fuzz)
        {
            for (var i = 0; i < 20_000; i++)
            {
                var seed = fuzz.Seeds[random.Next(fuzz.Seeds.Count)];
                var value = Mutation.Of(seed.Record.Value!.Value.Span, random);
                var wrong = fuzz.Try(seed, value);
                Assert.True(wrong is null, $"{wrong}: {seed.Recording} {seed.Record.Origin}, {Convert.ToBase64String(value)}");
            }
        }

        Assert.True(fuzz.Unreadable > 2_000, $"{fuzz.Unreadable} unreadable");
        Assert.True(fuzz.Projected > 200, $"{fuzz.Projected} projected");
        Assert.True(fuzz.SaidTheSame > 20, $"{fuzz.SaidTheSame} said the same");
    }

    [Fact]
    public async Task Corpus_OfEarlierRuns_StillHolds()
    {
        var fuzz = await Loaded.Value;
        var tried = 0;
        lock (fuzz)
        {
            foreach (var (recording, value) in Corpus.Read(Path.Combine(Fixtures.Folder(".."), "..", "corpus", "decoding", "records.txt")))
            {
                var id = BinaryPrimitives.ReadInt32BigEndian(value.AsSpan(1));
                foreach (var seed in fuzz.Seeds.Where(s => s.Recording == recording && BinaryPrimitives.ReadInt32BigEndian(s.Record.Value!.Value.Span[1..]) == id).Take(3))
                {
                    tried++;
                    var wrong = fuzz.Try(seed, value);
                    Assert.True(wrong is null, $"{wrong}: {recording}, {Convert.ToBase64String(value)}");
                }
            }
        }

        Assert.True(tried > 20, $"{tried} tried");
    }

    private static async Task<DecodeFuzz> LoadAsync()
    {
        var fuzz = new DecodeFuzz();
        foreach (var recording in Fixtures.Recordings.Where(r => !r.Contains("worker", StringComparison.Ordinal))) await fuzz.AddAsync(recording, Fixtures.Folder(recording), CancellationToken.None);
        return fuzz;
    }
}
