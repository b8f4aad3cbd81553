using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Postgres.Tests.Store;

[Collection(nameof(PostgresServerCollection))]
public sealed class LettersTests(PostgresFixture postgres)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Letters_PageAfterPage_ComeOldestFirstAndEachOnce()
    {
        await using var open = await postgres.NewStoreAsync();
        await open.Store.WriteAsync(new StateBatch { DeadLetters = [.. Enumerable.Range(1, 5).Select(i => Sample.Letter(i))] }, None);
        var filter = new LetterFilter([]) { AfterId = 0 };
        List<long> offsets = [];
        while (await open.Store.LettersAsync(filter, 2, None) is { Count: > 0 } page)
        {
            offsets.AddRange(page.Select(l => l.Record.Origin.Offset));
            filter = filter with { AfterId = page[^1].Id };
        }

        Assert.Equal([1, 2, 3, 4, 5], offsets);
        Assert.Equal(5, await open.Store.CountLettersAsync(new LetterFilter([]), None));
        Assert.Equal(1, await open.Store.CountLettersAsync(new LetterFilter([]) { AfterId = filter.AfterId - 1 }, None));
    }

    [Fact]
    public async Task Letters_AreSelectedMarkedAndClosed()
    {
        await using var open = await postgres.NewStoreAsync();
        await open.Store.WriteAsync(new StateBatch { DeadLetters = [Sample.Letter(1), Sample.Letter(2, Sample.Price("7")), Sample.Letter(3) with { Error = "wrong magic byte" }] }, None);
        var revision = (await open.Store.ControlsAsync(None)).Revision;

        Assert.Equal([3L], (await open.Store.LettersAsync(new LetterFilter([], Error: "MAGIC"), 10, None)).Select(l => l.Record.Origin.Offset));
        Assert.Equal([2L], (await open.Store.LettersAsync(new LetterFilter([], Resource: "price", Table: "public.prices"), 10, None)).Select(l => l.Record.Origin.Offset));
        Assert.Equal(3, (await open.Store.LettersAsync(new LetterFilter([], Table: "shop.public.prices"), 10, None)).Count);
        Assert.Empty(await open.Store.LettersAsync(new LetterFilter([], Before: Sample.Time), 10, None));
        Assert.Equal(1, await open.Store.MarkLettersAsync(new LetterFilter([LetterState.Open], Error: "magic"), LetterState.Retry, "", None));
        Assert.Equal(2, await open.Store.MarkLettersAsync(new LetterFilter([LetterState.Open]), LetterState.Closed, "discarded", None));
        Assert.True((await open.Store.ControlsAsync(None)).Revision > revision);
        await open.Store.WriteAsync(new StateBatch { DeadLetters = [Sample.Letter(1), Sample.Letter(3) with { Attempts = 2 }] }, None);

        var standing = Assert.Single(await open.Store.DeadLettersAsync(10, None));
        Assert.Equal((3L, LetterState.Open, 2), (standing.Record.Origin.Offset, standing.State, standing.Attempts));
    }

    [Fact]
    public async Task UntoldLetters_OfATopicSinceATime_AreCounted()
    {
        await using var open = await postgres.NewStoreAsync();
        var since = Sample.Letter(1).Record.Timestamp;
        static DeadLetter At(DeadLetter letter, string topic, long time) => letter with { Record = letter.Record with { Origin = letter.Record.Origin with { Topic = topic }, Timestamp = time } };
        await open.Store.WriteAsync(
            new StateBatch
            {
                DeadLetters =
                [
                    At(Sample.Letter(1), "a", since), At(Sample.Letter(2), "a", since + 1), At(Sample.Letter(3), "a", since + 2), At(Sample.Letter(4), "a", since - 1),
                    At(Sample.Letter(5), "b", since), At(Sample.Letter(6, Sample.Price("7")), "a", since),
                ],
            },
            None);
        await open.Store.MarkLettersAsync(new LetterFilter([], Ids: [1]), LetterState.Retry, "", None);
        await open.Store.MarkLettersAsync(new LetterFilter([], Ids: [3]), LetterState.Closed, "discarded", None);
        Assert.Equal(2, await open.Store.CountUntoldLettersAsync("a", since, None));
    }

    [Fact]
    public async Task Letters_InOrder_TheFirstRecordsComeWithinTheLimit()
    {
        await using var open = await postgres.NewStoreAsync();
        static DeadLetter Of(string topic, int partition, long offset) => Sample.Letter(offset) with { Record = Sample.Letter(offset).Record with { Origin = new RecordOrigin(topic, partition, offset) } };
        await open.Store.WriteAsync(new StateBatch { DeadLetters = [Of("b", 0, 1), Of("a", 2, 1), Of("a", 1, 10), Of("a", 1, 9)] }, None);
        await open.Store.WriteAsync(new StateBatch { DeadLetters = [Of("a", 1, 2)] }, None);

        var letters = await open.Store.LettersAsync(new LetterFilter([]) { InOrder = true }, 4, None);

        Assert.Equal([("a", 1, 2L), ("a", 1, 9L), ("a", 1, 10L), ("a", 2, 1L)], letters.Select(l => (l.Record.Origin.Topic, l.Record.Origin.Partition, l.Record.Origin.Offset)));
    }

    [Fact]
    public async Task Letters_AfterOne_ThoseBehindItFollow_AndOfOneStateOnly()
    {
        await using var open = await postgres.NewStoreAsync();
        static DeadLetter Of(string topic, int partition, long offset) => Sample.Letter(offset) with { Record = Sample.Letter(offset).Record with { Origin = new RecordOrigin(topic, partition, offset) } };
        await open.Store.WriteAsync(new StateBatch { DeadLetters = [Of("b", 0, 1), Of("a", 2, 1), Of("a", 1, 10), Of("a", 1, 9)] }, None);
        await open.Store.MarkLettersAsync(new LetterFilter([LetterState.Open]), LetterState.Retry, "", None);
        await open.Store.WriteAsync(new StateBatch { DeadLetters = [Of("a", 1, 11)] }, None);
        var filter = new LetterFilter([LetterState.Retry]) { InOrder = true };
        var first = await open.Store.LettersAsync(filter, 2, None);

        var rest = await open.Store.LettersAsync(filter with { After = LetterPlace.Of(first[^1]) }, 10, None);

        Assert.Equal([("a", 1, 9L), ("a", 1, 10L)], first.Select(l => (l.Record.Origin.Topic, l.Record.Origin.Partition, l.Record.Origin.Offset)));
        Assert.Equal([("a", 2, 1L), ("b", 0, 1L)], rest.Select(l => (l.Record.Origin.Topic, l.Record.Origin.Partition, l.Record.Origin.Offset)));
    }

    [Fact]
    public async Task Standing_RowsByReasonAndLettersThatAreNotClosed_AreCounted()
    {
        await using var open = await postgres.NewStoreAsync();
        var nothing = await open.Store.StandingAsync(None);
        Assert.Equal((0, 0), (nothing.AllParked, nothing.DeadLetters));
        await open.Store.WriteAsync(
            new StateBatch
            {
                Park = [Sample.Parked("1"), Sample.Parked("2"), Sample.Parked("3", ParkReason.Parent, "product/1")],
                DeadLetters = [Sample.Letter(1), Sample.Letter(2), Sample.Letter(3) with { Error = "wrong magic byte" }],
            },
            None);
        await open.Store.MarkLettersAsync(new LetterFilter([], Error: "magic"), LetterState.Closed, "discarded", None);
        await open.Store.MarkLettersAsync(new LetterFilter([LetterState.Open], Ids: [1]), LetterState.Retry, "", None);

        var standing = await open.Store.StandingAsync(None);

        Assert.Equal(new Dictionary<ParkReason, int> { [ParkReason.Parent] = 1, [ParkReason.Breadth] = 2 }, standing.Parked);
        Assert.Equal(2, standing.DeadLetters);
    }

    [Fact]
    public async Task DeadLetter_OfTheSameRecord_StandsOnceWithItsBytes()
    {
        await using var open = await postgres.NewStoreAsync();
        await open.Store.WriteAsync(new StateBatch { DeadLetters = [Sample.Letter(1), Sample.Letter(2, Sample.Price("1"))] }, None);
        await open.Store.WriteAsync(new StateBatch { DeadLetters = [Sample.Letter(1) with { Attempts = 2, Error = "again \0\uD83D" }] }, None);

        var letters = await open.Store.DeadLettersAsync(10, None);

        Assert.Equal([2L, 1L], letters.Select(l => l.Record.Origin.Offset));
        Assert.Equal(Sample.Price("1"), letters[0].Entity);
        Assert.Null(letters[1].Entity);
        Assert.Equal((2, "again \uFFFD\uFFFD", "lsn:0/9", Sample.Time), (letters[1].Attempts, letters[1].Error, letters[1].Position, letters[1].At));
        Assert.Null(letters[1].Record.Key);
        Assert.Equal([0, 0, 0, 1], letters[1].Record.Value!.Value.ToArray());
        Assert.Equal(["h", "h"], letters[1].Record.Headers.Select(h => h.Key));
        Assert.Null(letters[1].Record.Headers[1].Value);
        Assert.Single(await open.Store.DeadLettersAsync(1, None));
    }
}
