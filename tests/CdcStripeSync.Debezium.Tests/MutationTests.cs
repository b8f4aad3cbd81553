using System.Diagnostics;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests;

/// <summary>Hostile bytes: tens of thousands of damaged records, from a fixed seed.</summary>
public sealed class MutationTests
{
    private const int PerRecording = 2_000;

    public static TheoryData<string> AvroRecordings() =>
        [.. Fixtures.Recordings.Where(r => !r.Contains("json", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(AvroRecordings))]
    public async Task Records_Mutated_AreDecodedOrUnreadableWithinBounds(string name)
    {
        var recording = Recording.Open(Fixtures.Folder(name));
        var decoder = new DebeziumDecoder(recording, new DecoderOptions());
        var originals = recording.Records().Select(r => r.Record).Where(r => r.Value is not null).ToList();
        foreach (var original in originals) await decoder.DecodeAsync(original, CancellationToken.None);
        var random = new Random(20_261_121);
        int unreadable = 0;
        for (var i = 0; i < PerRecording; i++)
        {
            var original = originals[random.Next(originals.Count)];
            var value = Mutate(original.Value!.Value.ToArray(), random);
            var clock = Stopwatch.GetTimestamp();
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var pending = decoder.DecodeAsync(original with { Value = value }, CancellationToken.None);
            Assert.True(pending.IsCompleted);
            var decoded = await pending;
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            if (decoded is DecodedRecord.Unreadable broken)
            {
                unreadable++;
                Assert.NotEqual("", broken.Error);
            }

            Assert.True(allocated < 64_000 + (100L * value.Length), $"{original.Origin}, mutation {i}: {allocated} bytes allocated for {value.Length}");
            Assert.True(Stopwatch.GetElapsedTime(clock) < TimeSpan.FromMinutes(1), $"{original.Origin}, mutation {i}");
        }

        Assert.True(unreadable > PerRecording / 10, $"{unreadable} of {PerRecording} unreadable");
    }

    [Fact]
    public async Task Lines_OfMutatedRecords_AlwaysSayValueOrError()
    {
        var recording = Recording.Open(Fixtures.Folder("types-precise-adaptive"));
        var decoder = new RecordingDecoder(recording);
        var originals = recording.Records().Select(r => r.Record).Where(r => r.Value is not null).ToList();
        var random = new Random(7);
        for (var i = 0; i < 3_000; i++)
        {
            var original = originals[random.Next(originals.Count)];
            var line = await decoder.LineAsync(original with { Value = Mutate(original.Value!.Value.ToArray(), random) }, CancellationToken.None);
            using var json = System.Text.Json.JsonDocument.Parse(line);
            Assert.True(json.RootElement.TryGetProperty("value", out _) || json.RootElement.TryGetProperty("error", out _));
        }
    }

    /// <summary>Flips, overwrites, cuts, repeats or swells; the frame's first byte stays, so that bodies are what is tried.</summary>
    private static byte[] Mutate(byte[] bytes, Random random)
    {
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(5, bytes.Length);
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes[at] = 0xff; break;
                case 3: bytes = bytes[..Math.Max(at, 6)]; break;
                case 4: bytes = [.. bytes[..at], .. bytes[Math.Max(5, at - random.Next(20))..]]; break;
                default:
                    for (var k = at; k < Math.Min(bytes.Length, at + 9); k++) bytes[k] = 0xff;
                    break;
            }
        }

        return bytes;
    }
}
