using System.Text.Json.Nodes;
using CdcStripeSync.App.Commands;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Tests.Commands;

public sealed class LetterCommandsTests
{
    [Fact]
    public async Task Write_MoreLettersThanAreReadAtOnce_WritesEveryOneOldestFirst()
    {
        const int Count = 250;
        var store = new InMemoryStateStore();
        await store.WriteAsync(new StateBatch { DeadLetters = [.. Enumerable.Range(0, Count).Select(Letter)] }, CancellationToken.None);
        using var output = new StringWriter();
        await LetterCommands.WriteAsync(store, LetterFilter.Standing, withBytes: false, output, CancellationToken.None);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(0, Count), lines.Select(l => JsonNode.Parse(l)!["offset"]!.GetValue<int>()));
    }

    private static DeadLetter Letter(int offset) =>
        new(0, new SourceRecord(new RecordOrigin("shop.public.products", 0, offset), 0, null, null, []), null, "no magic byte", "", null, 1, "", DateTimeOffset.UnixEpoch);
}
