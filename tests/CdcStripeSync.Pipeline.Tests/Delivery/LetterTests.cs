using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>A dead letter's life: kept, tried again, closed.</summary>
public sealed class LetterTests
{
    private static readonly DecodedRecord Poison = new DecodedRecord.Unreadable("schema 9 is not known", "register it", new TableId("public", "products"), Change.IdOf(1));
    private readonly Shop _shop = new();
    private RecordOrigin _poisoned;

    public LetterTests()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Deliver(source => _poisoned = source.Add("shop.public.products", 0, _ => Poison));
    }

    private IReadOnlyList<DeadLetter> Letters => _shop.Store.LettersAsync(new LetterFilter([]), 10, default).Result;

    [Fact]
    public void Retry_ReadableNow_IsDeliveredAndClosed()
    {
        Ask();

        Look(Change.Product(5, 1, "B").Read(_poisoned));

        Assert.Equal("B", _shop.Stripe["shop_1"].Text("name"));
        Assert.Equal((LetterState.Closed, "delivered"), (Letters[0].State, Letters[0].Outcome));
        Assert.Empty(_shop.DeadLetters);
    }

    [Fact]
    public void Retry_OvertakenByNewerState_IsClosedAndChangesNothing()
    {
        _shop.Deliver(Change.Product(9, 1, "newest"));
        Ask();

        Look(Change.Product(5, 1, "B").Read(_poisoned));

        Assert.Equal("newest", _shop.Stripe["shop_1"].Text("name"));
        Assert.Equal(LetterState.Closed, Letters[0].State);
        Assert.Contains("overtaken", Letters[0].Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public void Retry_RowWasReadSince_IsClosedAndChangesNothing()
    {
        _shop.Deliver(Change.Product(9, 1, "as it was read").Read(SnapshotKind.Incremental));
        Ask();

        Look(Change.Product(5, 1, "B").Read(_poisoned));

        Assert.Equal("as it was read", _shop.Stripe["shop_1"].Text("name"));
        Assert.Contains("overtaken", Letters[0].Outcome, StringComparison.Ordinal);
    }

    /// <summary>The half of a key change that could be read went with Kafka's compaction, and a later change gave the new key an object of its own.</summary>
    [Fact]
    public void Retry_OfAKeyChangeThatWasNeverMade_NewKeyIsNewer_OldKeysObjectEnds()
    {
        _shop.Deliver(Change.Product(4, 1, "A"));
        _shop.Deliver(source => _poisoned = source.Add("shop.public.products", 0, _ => new DecodedRecord.Unreadable("schema 9 is not known", "register it", new TableId("public", "products"), Change.IdOf(2))));
        _shop.Deliver(Change.Product(9, 2, "newest"));
        Assert.Equal(2, _shop.Stripe.Active("shop_").Count);
        var letter = Letters.Single(l => l.Record.Origin == _poisoned).Id;
        _shop.Time.Run(() => _shop.Store.MarkLettersAsync(new LetterFilter([], [letter]), LetterState.Retry, "", default));

        Look((Change.Product(5, 2, "B", ChangeOp.Create) with { OldKey = Change.IdOf(1) }).Read(_poisoned));

        Assert.Equal(("shop_2", "newest"), (Assert.Single(_shop.Stripe.Active("shop_")).Text("id"), _shop.Stripe["shop_2"].Text("name")));
        Assert.Equal((LetterState.Closed, "delivered"), Letters.Where(l => l.Id == letter).Select(l => (l.State, l.Outcome)).Single());
    }

    [Fact]
    public void Retry_RecordsBeforeItAreNotSettled_WaitsForThem()
    {
        _shop.Time.Run(() => _shop.Store.WriteAsync(new StateBatch { Offsets = [new StoredOffset(new PartitionId(_poisoned.Topic, _poisoned.Partition), _poisoned.Offset)] }, default));
        Ask();

        Look(Change.Product(5, 1, "B").Read(_poisoned));

        Assert.Equal("A", _shop.Stripe["shop_1"].Text("name"));
        Assert.Equal(LetterState.Retry, Letters[0].State);
    }

    [Fact]
    public void Retry_TopicWasMadeAnewSince_DoesNotWaitForItsOffsets()
    {
        var partition = new PartitionId(_poisoned.Topic, _poisoned.Partition);
        var early = _poisoned with { Offset = 500 };
        var letter = Letters[0] with { Record = Letters[0].Record with { Origin = early } };
        _shop.Time.Run(() => _shop.Store.WriteAsync(new StateBatch { DeadLetters = [letter], Offsets = [new StoredOffset(partition, 1) { BeginsAnew = true }] }, default));
        AskAll();

        _shop.Deliver(source =>
        {
            source.Decodes(_poisoned, Poison);
            source.Decodes(early, Change.Product(5, 1, "B").Read(early));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(5)));
        });

        Assert.Equal("B", _shop.Stripe["shop_1"].Text("name"));
        Assert.Equal(LetterState.Retry, Letters.Single(l => l.Record.Origin == _poisoned).State);
        Assert.Equal("delivered", Letters.Single(l => l.Record.Origin == early).Outcome);
        Assert.Single(_shop.Source.EndsAsked);
    }

    [Fact]
    public void Retry_AThousandBeforeItHaveToWait_ItDoesNotWaitWithThem()
    {
        var waiting = new PartitionId("shop.public.customers", 0);
        var letters = Enumerable.Range(0, 1_000).Select(i => Letters[0] with { Record = Letters[0].Record with { Origin = new RecordOrigin(waiting.Topic, waiting.Partition, i) }, State = LetterState.Retry });
        _shop.Time.Run(() => _shop.Store.WriteAsync(new StateBatch { DeadLetters = [.. letters], Offsets = [new StoredOffset(waiting, 0)] }, default));
        _shop.Time.Run(() => _shop.Store.MarkLettersAsync(new LetterFilter([LetterState.Open]), LetterState.Retry, "", default));

        Look(Change.Product(5, 1, "B").Read(_poisoned));

        Assert.Equal("B", _shop.Stripe["shop_1"].Text("name"));
        Assert.Equal(1_000, _shop.DeadLetters.Count);
    }

    [Fact]
    public void Retry_TwoLettersOfOneRow_OlderGoesFirst_AndWhatTheNewerLeavesOutStands()
    {
        var second = default(RecordOrigin);
        _shop.Deliver(source => second = source.Add("shop.public.products", 0, _ => Poison));
        AskAll();

        _shop.Deliver(source => Decode(source, second));

        AssertBothDelivered();
    }

    [Fact]
    public void Retry_RegistryAwayForTheOlderOfTwo_NewerWaitsWithIt()
    {
        var second = default(RecordOrigin);
        _shop.Deliver(source => second = source.Add("shop.public.products", 0, _ => Poison));
        AskAll();

        _shop.Deliver(source =>
        {
            var looks = 0;
            source.RegistryAway = () => looks++ == 0;
            Decode(source, second);
        });

        AssertBothDelivered();
    }

    [Fact]
    public void Retry_StillUnreadable_IsOpenAgainWithOneAttemptMore()
    {
        Ask();

        Look(Poison);

        Assert.Equal((LetterState.Open, 2), (Letters[0].State, Letters[0].Attempts));
    }

    [Fact]
    public void Retry_NobodyAsked_NothingIsTried()
    {
        Look(Change.Product(5, 1, "B").Read(_poisoned));

        Assert.Equal("A", _shop.Stripe["shop_1"].Text("name"));
        Assert.Equal(LetterState.Open, Letters[0].State);
    }

    private void Ask() => _shop.Time.Run(() => _shop.Store.MarkLettersAsync(new LetterFilter([], [Letters[0].Id]), LetterState.Retry, "", default));

    private void AskAll() => _shop.Time.Run(() => _shop.Store.MarkLettersAsync(LetterFilter.Standing, LetterState.Retry, "", default));

    /// <summary>The older gives a long text, the newer says that it did not change.</summary>
    private void Decode(ScriptedSource source, RecordOrigin second)
    {
        source.Decodes(_poisoned, Change.Product(5, 1, "B").With("description", ColumnValue.Of("long text")).Read(_poisoned));
        source.Decodes(second, Change.Product(6, 1, "C").With("description", ColumnValue.Unavailable).Read(second));
        source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(10)));
    }

    private void AssertBothDelivered()
    {
        Assert.Equal(("C", "long text"), (_shop.Stripe["shop_1"].Text("name"), _shop.Stripe["shop_1"].Text("description")));
        Assert.All(Letters, l => Assert.Equal((LetterState.Closed, "delivered"), (l.State, l.Outcome)));
        Assert.Empty(_shop.Parked);
    }

    private void Look(DecodedRecord decoded) => _shop.Deliver(source =>
    {
        source.Decodes(_poisoned, decoded);
        source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(5)));
    });
}
