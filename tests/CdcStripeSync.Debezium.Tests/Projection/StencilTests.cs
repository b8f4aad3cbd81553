using CdcStripeSync.Debezium.Projection;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Projection;

/// <summary>What follows a row is told by a look where an earlier record was laid out alike: the same is said as by walking over it.</summary>
public sealed class StencilTests
{
    public static TheoryData<string> AvroRecordings() => [.. Fixtures.Recordings.Where(r => !r.Contains("json", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(AvroRecordings))]
    public async Task Damage_InAnyPlace_IsJudgedAsByAWalk(string name)
    {
        var recording = Recording.Open(Fixtures.Folder(name));
        var random = new Random(11);
        EventStamp walked = new(), stamp = new();
        var changes = (await Decoded.AllAsync(name)).Where(d => d.IsChange && d.Change.After is not null && d.Change.WriterColumns is not null).ToList();
        foreach (var decoded in changes.Where((_, i) => i % 3 == 0))
        {
            var mapped = decoded.Change.WriterColumns!.Take(3).ToList();
            var learned = new AvroRecordImages(recording, _ => mapped);
            if (learned.Of(decoded.Record, decoded.Change) is not { } image || !learned.SaysTheSame(image, decoded.Record, new EventStamp())) continue;
            for (var i = 0; i < 60; i++)
            {
                var record = decoded.Record with { Value = Damaged(decoded.Record.Value!.Value.ToArray(), random) };
                var walking = new AvroRecordImages(recording, _ => mapped);
                var expected = walking.SaysTheSame(walking.Of(decoded.Record, decoded.Change)!.Value, record, walked);
                Assert.Equal(expected, learned.SaysTheSame(image, record, stamp));
                if (expected) Assert.Equal(walked.ToString(), stamp.ToString());
            }
        }
    }

    [Fact]
    public async Task Records_OfAnotherTableOrOperation_AreNotTakenForTheLearned()
    {
        var records = await Decoded.AllAsync("shop-default-identity");
        var update = records.First(d => d.IsChange && d.Change is { Op: Core.Changes.ChangeOp.Update, Table.Name: "products" });
        var images = new AvroRecordImages(Recording.Open(Fixtures.Folder("shop-default-identity")), _ => ["id"]);
        var image = images.Of(update.Record, update.Change)!.Value;
        Assert.True(images.SaysTheSame(image, update.Record, new EventStamp()));
        Assert.False(images.SaysTheSame(image, With(update.Record, "\u0010products", "\u0010producta"), new EventStamp()));
        Assert.False(images.SaysTheSame(image, With(update.Record, "\u0002u", "\u0002c"), new EventStamp()));
        Assert.True(images.SaysTheSame(image, update.Record, new EventStamp()));
    }

    private static SourceRecord With(SourceRecord record, string text, string other)
    {
        var value = record.Value!.Value.ToArray();
        var at = value.AsSpan().LastIndexOf(System.Text.Encoding.Latin1.GetBytes(text));
        Assert.True(at > 0);
        System.Text.Encoding.Latin1.GetBytes(other).CopyTo(value, at);
        return record with { Value = value };
    }

    /// <summary>One byte is another, too many or missing: mostly in the last half, which the stencil covers.</summary>
    private static byte[] Damaged(byte[] value, Random random)
    {
        var at = random.Next(random.Next(4) == 0 ? 5 : value.Length / 2, value.Length);
        switch (random.Next(5))
        {
            case 0:
                value[at] = (byte)random.Next(256);
                return value;
            case 1:
                value[at] ^= 0x80;
                return value;
            case 2:
                value[at] ^= (byte)(1 << random.Next(8));
                return value;
            case 3: return [.. value[..at], .. value[(at + 1)..]];
            default: return [.. value[..at], (byte)random.Next(256), .. value[at..]];
        }
    }
}
