using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>The source was restored, or another server goes on: positions begin anew, and records from before may be read again, or after.</summary>
public sealed class EpochTests
{
    private readonly Shop _shop = new();

    private string? Name => _shop.Stripe["shop_1"].Members["name"] is FieldValue.Text name ? name.Value : null;

    [Fact]
    public void RecordFromBeforePositionsFell_ReadAgain_ChangesNothing()
    {
        _shop.Deliver(Change.Product(500, 1, "A", ChangeOp.Create) with { At = 1 }, Change.Product(510, 1, "B") with { At = 2 });
        _shop.Deliver(Change.Product(7, 1, "C") with { At = 3 });
        var requests = _shop.Stripe.Requests.Count;
        _shop.Deliver(Change.Product(500, 1, "A", ChangeOp.Create) with { At = 1 });
        _shop.Deliver(Change.Product(510, 1, "B") with { At = 2 });
        Assert.Equal("C", Name);
        Assert.Equal(requests, _shop.Stripe.Requests.Count);
    }

    [Fact]
    public void FailOver_IsToldOnceATable_AndTheNextOne_ByRowsBornAfterIt()
    {
        _shop.Deliver(source =>
        {
            foreach (var change in (Change[])[
                Change.Product(500, 1, "A", ChangeOp.Create) with { At = 1 }, Change.Product(510, 2, "B", ChangeOp.Create) with { At = 2 },
                Change.Product(7, 1, "A2") with { At = 3 }, Change.Product(8, 2, "B2") with { At = 4 }, Change.Product(900, 3, "C", ChangeOp.Create) with { At = 5 },
                Change.Product(6, 3, "C2") with { At = 7 }])
            {
                change.AddTo(source);
                source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            }
        });
        Assert.Equal(2, _shop.Notes.Alarms.Count(a => a.Contains("positions fell", StringComparison.Ordinal)));
    }

    [Fact]
    public void TopicOfRowsWithoutAPosition_MadeAnew_NextChangeCounts_WithAnAlarm()
    {
        _shop.Deliver(
            Bare(Change.Product(0, 1, "A", ChangeOp.Create), 1_000), Bare(Change.Product(0, 1, "B"), 1_001), Bare(Change.Product(0, 1, "C"), 1_002));
        _shop.ReadAgain(0);
        _shop.Deliver(Bare(Change.Product(0, 1, "D"), 2_000));
        Assert.Equal("D", Name);
        Assert.Single(_shop.Notes.Alarms, a => a.Contains("a topic made anew", StringComparison.Ordinal));
    }

    [Fact]
    public void RowsWithoutAPosition_HandedOverOnceMore_ChangeNothing()
    {
        Change[] changes = [Bare(Change.Product(0, 1, "A", ChangeOp.Create), 1_000), Bare(Change.Product(0, 1, "B"), 1_003), Bare(Change.Product(0, 1, "C"), 1_002)];
        _shop.Deliver(changes);
        _shop.ReadAgain(0);
        _shop.Deliver(changes[..2]);
        Assert.Equal("C", Name);
        Assert.DoesNotContain(_shop.Notes.Alarms, a => a.Contains("positions fell", StringComparison.Ordinal));
    }

    private static Change Bare(Change change, long at) => change with { HasSource = false, At = at };

    [Fact]
    public void RecordFromBeforeASnapshotOfANewServer_ReadAgain_ChangesNothing()
    {
        _shop.Deliver(Change.Product(500, 1, "A", ChangeOp.Create) with { At = 1 });
        _shop.Deliver(Change.Product(7, 1, "B").Read() with { At = 9 });
        _shop.Deliver(Change.Product(500, 1, "A", ChangeOp.Create) with { At = 1 });
        Assert.Equal("B", Name);
        _shop.Deliver(Change.Product(8, 1, "C") with { At = 5 }); // committed while the snapshot was read
        Assert.Equal("C", Name);
    }

    [Fact]
    public void SnapshotOfAnOlderServer_ReadAgainAfterOneOfANewer_IsStale()
    {
        _shop.Deliver(Change.Product(500, 1, "A").Read() with { At = 1 });
        _shop.Deliver(Change.Product(7, 1, "B").Read() with { At = 2 });
        _shop.Deliver(Change.Product(500, 1, "A").Read() with { At = 1 });
        Assert.Equal("B", Name);
    }

    [Fact]
    public void TruncateFromBeforePositionsFell_ReadAfterTheRowsOfTheNewLog_TakesNothing()
    {
        _shop.Deliver(Change.Customer(7, 1, "a@x", ChangeOp.Create) with { At = 9 });
        _shop.Deliver(Change.Truncate(500, "customers") with { At = 5, Partition = 1 });
        Assert.Single(_shop.Stripe.Objects, o => o.Key.StartsWith("cus_", StringComparison.Ordinal));
    }

    [Fact]
    public void TruncateOfANewLog_BelowASnapshotOfTheOldOne_TakesItsRows()
    {
        _shop.Deliver(Change.Customer(500, 1, "a@x").Read() with { At = 1 });
        _shop.Deliver(Change.Truncate(7, "customers") with { At = 5 });
        Assert.DoesNotContain(_shop.Stripe.Objects.Keys, id => id.StartsWith("cus_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TruncateOfANewLog_ReplacesAHigherOneOfTheOldLog()
    {
        _shop.Deliver(Change.Truncate(500, "customers") with { At = 1 }, Change.Truncate(7, "customers") with { At = 5 });
        var position = Assert.Single(await _shop.Store.TablePositionsAsync(default)).TruncatedAt!.Value;
        Assert.Equal((SourcePosition.OfLsn(7), new Instant(1, 0)), (position.Position, position.Since));
        _shop.Deliver(Change.Customer(400, 1, "a@x", ChangeOp.Create) with { At = 0 }, Change.Customer(600, 2, "b@x", ChangeOp.Create) with { At = 2 });
        Assert.DoesNotContain(_shop.Stripe.Objects.Keys, id => id.StartsWith("cus_", StringComparison.Ordinal));
    }

    [Fact]
    public void RowOfTheOldLog_WrittenByAProcessThatDidNotKnowOfTheNewLogsTruncate_IsGoneWhenItsRecordIsReadAgain()
    {
        _shop.Deliver(Change.Customer(500, 1, "a@x", ChangeOp.Create) with { At = 1 });
        _shop.Time.Run(() => _shop.Store.WriteAsync(new StateBatch { TablePositions = [new(new TableId("public", "customers"), 0, new StreamPosition(0, SourcePosition.OfLsn(7), new Instant(5, 0)))] }, default));
        _shop.Deliver(Change.Customer(500, 1, "a@x", ChangeOp.Create) with { At = 1 });
        Assert.DoesNotContain(_shop.Stripe.Objects.Keys, id => id.StartsWith("cus_", StringComparison.Ordinal));
    }

    [Fact]
    public void RowOfANewLogBelowAnOldTruncate_ReadAgain_IsARepeat()
    {
        _shop.Deliver(Change.Customer(7, 1, "a@x", ChangeOp.Create) with { At = 9 }, Change.Customer(8, 1, "b@x") with { At = 10 });
        _shop.Time.Run(() => _shop.Store.WriteAsync(new StateBatch { TablePositions = [new(new TableId("public", "customers"), 0, new StreamPosition(0, SourcePosition.OfLsn(500), new Instant(5, 0)))] }, default));
        var requests = _shop.Stripe.Requests.Count;
        _shop.Deliver(Change.Customer(7, 1, "a@x", ChangeOp.Create) with { At = 9 });
        Assert.Equal(requests, _shop.Stripe.Requests.Count);
    }

    [Fact]
    public void RowOfTheNewLogMovesOntoAKeyThatIsFromBefore_EarlierRowsDeleteIsReadAfterIt_ObjectStays()
    {
        _shop.Deliver(Change.Product(500, 3, "old", ChangeOp.Create) with { At = 1 });
        _shop.Deliver(Change.Product(10, 3, "earlier") with { At = 5 }, Change.Product(12, 1, "mover", ChangeOp.Create) with { At = 6 });
        _shop.Deliver(Change.Delete(30, "products", 1) with { NewKey = Change.IdOf(3), At = 9 });
        _shop.Deliver(Change.Delete(20, "products", 3) with { At = 8 });
        Assert.Equal(("shop_1", EntityPhase.Linked), (_shop.State(Shop.Product(3)).StripeId, _shop.State(Shop.Product(3)).Phase));
        Assert.Equal(FieldValue.Of(true), _shop.Stripe["shop_1"].Members["active"]);
    }

    [Fact]
    public void RowMovesOntoAKeyWithAHigherPositionOfTheOldLog_KeepsItsObject()
    {
        _shop.Deliver(Change.Customer(500, 1, "old@x", ChangeOp.Create) with { At = 1 }, Change.Delete(510, "customers", 1) with { At = 2 });
        _shop.Deliver(Change.Customer(7, 2, "b@x", ChangeOp.Create) with { At = 3 });
        var before = _shop.State(new EntityKey("customer", new TableId("public", "customers"), "2")).StripeId;
        _shop.Deliver(
            (Change.Delete(8, "customers", 2) with { NewKey = Change.IdOf(1), At = 4 }),
            (Change.Customer(8, 1, "b@x", ChangeOp.Create) with { OldKey = Change.IdOf(2), At = 4 }));
        Assert.Equal(before, _shop.State(new EntityKey("customer", new TableId("public", "customers"), "1")).StripeId);
        Assert.Single(_shop.Stripe.Objects, o => o.Key.StartsWith("cus_", StringComparison.Ordinal));
    }
}
