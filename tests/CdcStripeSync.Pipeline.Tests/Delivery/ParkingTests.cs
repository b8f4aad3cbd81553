using System.Collections.Immutable;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

public sealed class ParkingTests
{
    private readonly Shop _shop = new();

    [Fact]
    public void ChildBeforeParent_WaitsAndIsWokenWhenTheParentLinks()
    {
        _shop.Deliver(source =>
        {
            Change.Price(1, 7, 1, "5.00", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(50)));
            Change.Product(2, 1, "A", ChangeOp.Create).AddTo(source);
        });
        Assert.Empty(_shop.Parked);
        Assert.Single(_shop.Stripe.Active("price_"));
    }

    [Fact]
    public void ParentBeforeChild_ChildFollowsAtOnce()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Price(2, 7, 1, "5.00", ChangeOp.Create));
        Assert.Empty(_shop.Parked);
        Assert.Single(_shop.Stripe.Active("price_"));
    }

    [Fact]
    public void ParentOfAnEarlierRun_WakesTheChildOfAnEvenEarlierOne()
    {
        _shop.Deliver(Change.Price(1, 7, 1, "5.00", ChangeOp.Create));
        Assert.Equal("product/1", Assert.Single(_shop.Parked).WaitsFor);
        _shop.Deliver(Change.Product(2, 1, "A", ChangeOp.Create));
        Assert.Empty(_shop.Parked);
        Assert.Single(_shop.Stripe.Active("price_"));
    }

    [Fact]
    public void ParentOfTheSameKeyInAnotherSchema_DoesNotWakeTheChildForEver()
    {
        var shop = new Shop { Yaml = Shop.Mapping.Replace("from: public.", "from: /[a-z]+[.]", StringComparison.Ordinal).Replace("products\n", "products/\n", StringComparison.Ordinal).Replace("prices\n", "prices/\n", StringComparison.Ordinal).Replace("customers\n", "customers/\n", StringComparison.Ordinal).Replace("shop_{id}", "shop_{name}", StringComparison.Ordinal) };
        shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create) with { Schema = "de" });
        shop.Deliver(Change.Price(2, 7, 1, "5.00", ChangeOp.Create) with { Schema = "fr" });
        Assert.Equal("product/1", Assert.Single(shop.Parked).WaitsFor);
        shop.Deliver(Change.Product(3, 1, "B", ChangeOp.Create) with { Schema = "fr" });
        Assert.Empty(shop.Parked);
        Assert.Equal("shop_B", shop.Stripe.Objects.Single(o => o.Key.StartsWith("price_", StringComparison.Ordinal)).Value.Text("product"));
    }

    [Fact]
    public void LaterEventsOfAParkedRow_FoldIntoIt()
    {
        _shop.Deliver(Change.Price(1, 7, 1, "5.00", ChangeOp.Create), Change.Price(2, 7, 1, "6.00"), Change.Price(3, 7, 1, "7.00"));
        _shop.Deliver(Change.Product(4, 1, "A", ChangeOp.Create));
        var only = Assert.Single(_shop.Stripe.Objects, o => o.Key.StartsWith("price_", StringComparison.Ordinal));
        Assert.Equal(FieldValue.Of("700"), only.Value.Members["unit_amount_decimal"]);
    }

    [Fact]
    public void ParentsLinkWasStored_ItsAnswerLost_AndAnotherProcessWroteSince_ChildIsWoken()
    {
        _shop.Store.Writing = batch =>
        {
            if (!batch.Entities.Any(e => e is { Key.Resource: "product", StripeId: not null })) return;
            _shop.Store.Writing = null;
            _shop.Store.WriteAsync(batch, default);
            _shop.Store.WriteAsync(new StateBatch { Entities = [_shop.State(Shop.Product(1))] }, default);
            throw new StateStoreUnavailableException("the answer was lost", new IOException("broken"));
        };
        _shop.Deliver(source =>
        {
            Change.Price(1, 7, 1, "5.00", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(5)));
            Change.Product(2, 1, "A", ChangeOp.Create).AddTo(source);
        });
        Assert.Empty(_shop.Parked);
        Assert.Single(_shop.Stripe.Active("price_"));
    }

    [Fact]
    public void UnknownColumnAfterAnUnreadableEvent_IsAskedForAndParks()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Deliver(source =>
        {
            Poison(source, 1);
            Change.Product(3, 1, "B").With("description", ColumnValue.Unavailable).AddTo(source);
        });
        var parked = Assert.Single(_shop.Parked);
        Assert.Equal(ParkReason.UnknownColumn, parked.Reason);
        Assert.Contains("description", parked.Message, StringComparison.Ordinal);
        Assert.Equal(FieldValue.Of("A"), _shop.Stripe["shop_1"].Members["name"]);
        _shop.Deliver(Change.Product(4, 1, "C"));
        Assert.Empty(_shop.Parked);
        Assert.Equal(FieldValue.Of("C"), _shop.Stripe["shop_1"].Members["name"]);
    }

    [Fact]
    public void UnknownColumn_WithADirectRead_GoesOn()
    {
        _shop.Rows = new RowsAtHand(Change.Product(0, 1, "X").With("description", ColumnValue.Of("read")).After!);
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Deliver(source =>
        {
            Poison(source, 1);
            Change.Product(3, 1, "B").With("description", ColumnValue.Unavailable).AddTo(source);
        });
        Assert.Empty(_shop.Parked);
        Assert.Equal(FieldValue.Of("B"), _shop.Stripe["shop_1"].Members["name"]);
        Assert.Equal(FieldValue.Of("read"), _shop.Stripe["shop_1"].Members["description"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SnapshotRowBehindAnUnreadableRecord_IsNotBelieved_TheSourceIs(bool isReadTogether)
    {
        _shop.Rows = new RowsAtHand(Change.Product(0, 1, "newest").After!, stamp: 10);
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Deliver(source =>
        {
            Poison(source, 1);
            if (!isReadTogether) source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(5)));
            Change.Product(3, 1, "late").Read(SnapshotKind.Incremental).AddTo(source);
        });
        Assert.Equal(FieldValue.Of("newest"), _shop.Stripe["shop_1"].Members["name"]);
        _shop.Deliver(Change.Product(12, 1, "read after").Read(SnapshotKind.Incremental));
        Assert.Equal(FieldValue.Of("read after"), _shop.Stripe["shop_1"].Members["name"]);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void SnapshotRowBehindAnUnreadableRecord_NobodyElseCanTell_IsBelieved()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Deliver(source =>
        {
            Poison(source, 1);
            Change.Product(3, 1, "backfilled").Read(SnapshotKind.Incremental).AddTo(source);
        });
        Assert.Equal(FieldValue.Of("backfilled"), _shop.Stripe["shop_1"].Members["name"]);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void UnreadableRecordReadAgain_ItsRowHasEndedMeanwhile_NothingWaits()
    {
        _shop.Rows = new RowsAtHand(null);
        _shop.Deliver(source =>
        {
            Change.Product(1, 1, "A", ChangeOp.Create).AddTo(source);
            Change.Delete(3, "products", 1).AddTo(source);
        });
        _shop.Deliver(source => Poison(source, 1));
        Assert.Empty(_shop.Parked);
        Assert.False(_shop.State(Shop.Product(1)).RowExists);
        Assert.Equal(FieldValue.Of(false), _shop.Stripe["shop_1"].Members["active"]);
    }

    [Fact]
    public void UnreadableRecordReadAgain_ItsRowsEndIsStillToBeCarriedOut_ItIs()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        var ended = _shop.State(Shop.Product(1)) with { RowExists = false, Streamed = new StreamPosition(0, SourcePosition.OfLsn(3), new Instant(3, 0)) };
        _shop.Time.Run(() => _shop.Store.WriteAsync(new StateBatch { Entities = [ended] }, default));
        _shop.Deliver(source =>
        {
            Poison(source, 1);
            Change.Delete(3, "products", 1).AddTo(source);
        });
        Assert.Empty(_shop.Parked);
        Assert.Equal(FieldValue.Of(false), _shop.Stripe["shop_1"].Members["active"]);
    }

    [Fact]
    public void UnreadableRecordReadAgain_ItsRowEndedWhileItsCreateWasUnderWay_NothingWaits()
    {
        Intent? left = null;
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Store.Writing = batch => left ??= batch.Entities.Select(e => e.Intent).FirstOrDefault(i => i?.Path == "/v1/prices");
        _shop.Deliver(Change.Price(2, 7, 1, "5.00", ChangeOp.Create));
        _shop.Store.Writing = null;
        var ended = _shop.State(Shop.Price(7)) with
        {
            StripeId = null,
            Phase = EntityPhase.Absent,
            Base = ImmutableSortedDictionary<string, BaseField>.Empty,
            RowExists = false,
            Streamed = new StreamPosition(0, SourcePosition.OfLsn(3), new Instant(3, 0)),
            Intent = left,
        };
        _shop.Time.Run(() => _shop.Store.WriteAsync(new StateBatch { Entities = [ended] }, default));
        _shop.Rows = new RowsAtHand(null);

        _shop.Deliver(source =>
        {
            Poison(source, 7, "prices");
            Change.Delete(3, "prices", 7).AddTo(source);
        });

        Assert.Empty(_shop.Parked);
        Assert.Empty(_shop.Stripe.Active("price_"));
    }

    [Fact]
    public void UnreadableRecordOfARowThatIsThereAgain_ComesAfterTheEarlierRowsEnd()
    {
        _shop.Rows = new RowsAtHand(Change.Product(0, 1, "again").After!, stamp: 4);
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Deliver(source =>
        {
            Change.Delete(3, "products", 1).AddTo(source);
            Poison(source, 1);
        });
        Assert.Equal(["false", "true"], _shop.Stripe.Writes.SelectMany(w => w.Form.Split('&')).Where(f => f.StartsWith("active=", StringComparison.Ordinal)).Select(f => f[7..]).TakeLast(2));
        Assert.Equal(FieldValue.Of("again"), _shop.Stripe["shop_1"].Members["name"]);
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void DirectReadRefused_ParksWithItsReason_AndIsAskedAgainByItself()
    {
        var rows = new RowsRefused(new RowReadException("permission denied for table products", "GRANT SELECT ON products TO cdc;", passes: false));
        _shop.Rows = rows;
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Deliver(source =>
        {
            Poison(source, 1);
            Change.Product(3, 1, "B").With("description", ColumnValue.Unavailable).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
            source.Then(() =>
            {
                var parked = Assert.Single(_shop.Parked);
                Assert.Equal(ParkReason.UnknownColumn, parked.Reason);
                Assert.Contains("permission denied for table products", parked.Message, StringComparison.Ordinal);
                Assert.Equal("GRANT SELECT ON products TO cdc;", parked.Hint);
                rows.Granted = Change.Product(0, 1, "X").With("description", ColumnValue.Of("read")).After!;
                return _shop.Time.Wait(_shop.Options.AskAgainInterval);
            });
        });
        Assert.Empty(_shop.Parked);
        Assert.Equal(FieldValue.Of("B"), _shop.Stripe["shop_1"].Members["name"]);
        Assert.Equal(FieldValue.Of("read"), _shop.Stripe["shop_1"].Members["description"]);
    }

    [Fact]
    public void DirectReadWithoutTheNeededColumn_NamesItAndParks()
    {
        _shop.Rows = new RowsAtHand(Row.Of(("id", ColumnValue.Of(1L))));
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Deliver(source =>
        {
            Poison(source, 1);
            Change.Product(3, 1, "B").With("description", ColumnValue.Unavailable).AddTo(source);
        });
        var parked = Assert.Single(_shop.Parked);
        Assert.Equal(ParkReason.UnknownColumn, parked.Reason);
        Assert.Contains("description", parked.Message, StringComparison.Ordinal);
        Assert.Contains("cdc-stripe check", parked.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void PoisonRecord_IsKeptWithItsBytes_AndOthersFlow()
    {
        _shop.Deliver(source =>
        {
            Poison(source, 1);
            Change.Product(2, 2, "B", ChangeOp.Create).AddTo(source);
        });
        var letter = Assert.Single(_shop.DeadLetters);
        Assert.Equal([1, 2, 3], letter.Record.Value!.Value.ToArray());
        Assert.Equal(Shop.Product(1), letter.Entity);
        Assert.Equal(FieldValue.Of("B"), _shop.Stripe["shop_2"].Members["name"]);
        Assert.Equal(2, _shop.Source.Commits[^1].Next);
    }

    [Fact]
    public void ImpossibleValue_HoldsTheRow_UntilItChanges()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Price(2, 7, 1, "-5.00", ChangeOp.Create));
        Assert.Equal(ParkReason.Held, Assert.Single(_shop.Parked).Reason);
        _shop.Deliver(Change.Price(3, 7, 1, "5.01"));
        Assert.Empty(_shop.Parked);
        Assert.Equal(FieldValue.Of("501"), Assert.Single(_shop.Stripe.Active("price_")).Members["unit_amount_decimal"]);
    }

    private static void Poison(ScriptedSource source, int id, string table = "products") =>
        source.Add($"shop.public.{table}", 0, _ => new DecodedRecord.Unreadable("truncated body", "look at the producer", new TableId("public", table), Change.IdOf(id)));

    [Fact]
    public void Row_ParksWhileWhetherItWaitsIsStillOnItsWay_GoesOnWithItsNextChange()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Product(2, 2, "B", ChangeOp.Create));
        _shop.Stripe.Latency = TimeSpan.FromMilliseconds(500);
        _shop.Stripe.Faults.Add(new Fault(FaultKind.Refuse, StripeMethod.Post, "shop_2", InMemoryStripe.Refused(400, "invalid_request_error", null, "name", "too long")));
        _shop.Link = store => LateAnswers.Of(store, _shop.Time, (method, asked) =>
            method.Name == nameof(IStateStore.ParkedAsync) && asked[0] is IReadOnlyCollection<EntityKey> keys && keys.Contains(Shop.Product(2)) ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);

        _shop.Deliver(source =>
        {
            Change.Product(10, 2, "C").AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(1.2)));
            source.ThenAssign();
            Change.Price(11, 7, 2, "1.00", ChangeOp.Create).AddTo(source); // looks for its product
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(5)));
            source.Then(() => Task.FromResult(Assert.Single(_shop.Parked)));
            Change.Product(12, 2, "D").AddTo(source);
        });

        Assert.Equal("D", _shop.Stripe["shop_2"].Text("name"));
        Assert.Empty(_shop.Parked);
    }

    [Fact]
    public void PartitionsComeWhileParentsAreLookedFor_TheyAreLookedForOnceMore()
    {
        _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create));
        _shop.Link = store => LateAnswers.Of(store, _shop.Time, (method, asked) =>
            method.Name == nameof(IStateStore.ParkedAsync) && asked[0] is ParkReason.Parent ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);

        _shop.Deliver(source =>
        {
            Change.Price(10, 7, 9, "1.00", ChangeOp.Create).AddTo(source);
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(45.5)));
            source.ThenAssign();
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(20)));
            // By a process that dies before it wakes anybody.
            source.Then(() => _shop.Store.WriteAsync(new StateBatch { Entities = [_shop.State(Shop.Product(1)) with { Key = Shop.Product(9), Version = 0 }] }, default));
            source.Then(() => _shop.Time.Wait(TimeSpan.FromSeconds(40)));
        });

        Assert.Empty(_shop.Parked);
        Assert.Single(_shop.Stripe.Active("price_"));
    }

    private sealed class RowsAtHand(Row? row, ulong stamp = 0) : IRowReader
    {
        public Task<SourceRow?> ReadAsync(EntityKey key, IReadOnlyCollection<string> columns, CancellationToken cancellationToken) =>
            Task.FromResult(row is null ? null : new SourceRow(row, SourcePosition.OfLsn(stamp), new Instant((long)stamp, 0)));
    }

    private sealed class RowsRefused(RowReadException refusal) : IRowReader
    {
        public Row? Granted { get; set; }

        public Task<SourceRow?> ReadAsync(EntityKey key, IReadOnlyCollection<string> columns, CancellationToken cancellationToken) =>
            Granted is { } row ? Task.FromResult<SourceRow?>(new SourceRow(row, default, null)) : Task.FromException<SourceRow?>(refusal);
    }
}
