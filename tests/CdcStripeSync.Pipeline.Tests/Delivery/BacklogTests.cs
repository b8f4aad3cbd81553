using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>A row that is ready waits for those of its changes that are known to be there, and for nothing else.</summary>
public sealed class BacklogTests
{
    private readonly Shop _shop = new();

    public BacklogTests() => _shop.Deliver(Change.Product(1, 1, "A", ChangeOp.Create), Change.Product(1, 2, "A", ChangeOp.Create));

    [Fact]
    public void Row_ChangesBehindItAreKnown_OneRequestStandsForAll()
    {
        var (requests, _) = Read(beyond: 0, pause: 20, [.. Enumerable.Range(2, 10).Select(i => Change.Product((ulong)i, 1, $"B{i}"))]);
        Assert.Equal(1, requests);
        Assert.Equal(FieldValue.Of("B11"), _shop.Stripe["shop_1"].Members["name"]);
    }

    [Fact]
    public void Row_ReadingDoesNotReachTheEnd_WaitsForAMomentOnly()
    {
        var (requests, firstSent) = Read(beyond: 50, pause: 5_000, Change.Product(2, 1, "B"), Change.Product(3, 1, "C"));
        Assert.Equal(2, requests);
        Assert.InRange(firstSent, _shop.Options.FoldPatience, _shop.Options.FoldPatience + TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public void Row_NothingIsKnownBehindIt_IsSentAtOnce()
    {
        var (requests, firstSent) = Read(beyond: null, pause: 300, Change.Product(2, 1, "B"), Change.Product(3, 1, "C"));
        Assert.Equal(2, requests);
        Assert.InRange(firstSent, TimeSpan.Zero, TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public void LastRecordOfItsPartition_IsSentAtOnce()
    {
        var (_, firstSent) = Read(beyond: 0, pause: 5_000, Change.Product(2, 1, "B"));
        Assert.InRange(firstSent, TimeSpan.Zero, TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public void RowsWait_ReadingWaitsForRoom_TheyGoAtOnce()
    {
        _shop.Options = _shop.Options with { MaxUnsettled = 1, FoldPatience = TimeSpan.FromHours(1) };
        var (requests, firstSent) = Read(beyond: 0, pause: 50, Change.Product(2, 1, "B"), Change.Product(3, 2, "B"), Change.Product(4, 1, "C"));
        Assert.Equal(3, requests);
        Assert.InRange(firstSent, TimeSpan.Zero, TimeSpan.FromMilliseconds(300));
    }

    [Fact]
    public void RowsWait_OneOfThemChangesItsKey_ReadingIsNotHeldUp()
    {
        _shop.Options = _shop.Options with { FoldPatience = TimeSpan.FromHours(1) };
        var (_, firstSent) = Read(
            beyond: 0, pause: 50, Change.Product(2, 1, "B"), Change.Delete(3, "products", 1) with { NewKey = Change.IdOf(3) },
            Change.Product(3, 3, "B", ChangeOp.Create) with { OldKey = Change.IdOf(1) }, Change.Product(4, 3, "C"));
        Assert.InRange(firstSent, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal(FieldValue.Of("C"), _shop.Stripe["shop_1"].Members["name"]);
        Assert.Equal("shop_1", _shop.State(Shop.Product(3)).StripeId);
    }

    [Fact]
    public void RowsWait_PartitionIsLost_NothingWaitsForIt()
    {
        _shop.Options = _shop.Options with { FoldPatience = TimeSpan.FromHours(1) };
        var started = _shop.Time.GetUtcNow();
        _shop.Deliver(source =>
        {
            source.KnownBeyond = 50;
            Change.Product(2, 1, "B").AddTo(source);
            source.ThenRebalance(() => _shop.Time.Wait(TimeSpan.FromSeconds(1)));
        });
        Assert.InRange(_shop.Time.GetUtcNow() - started, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void RowsWait_ProcessIsToldToStop_ItStops()
    {
        _shop.Options = _shop.Options with { FoldPatience = TimeSpan.FromHours(1) };
        using var stop = new CancellationTokenSource();
        var started = _shop.Time.GetUtcNow();
        _shop.Deliver(
            source =>
            {
                source.KnownBeyond = 50;
                Change.Product(2, 1, "B").AddTo(source);
                source.Then(async () =>
                {
                    await _shop.Time.Wait(TimeSpan.FromSeconds(1));
                    stop.Cancel();
                });
            },
            stop.Token);
        Assert.InRange(_shop.Time.GetUtcNow() - started, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    /// <summary>Reads the changes one at a time, so many milliseconds apart.</summary>
    /// <param name="beyond">How many more records the partition is said to hold that never come; null where its end is not known.</param>
    /// <returns>Requests sent, and how long after the first change was read the first of them went.</returns>
    private (int Requests, TimeSpan FirstSent) Read(long? beyond, int pause, params Change[] changes)
    {
        var before = _shop.Stripe.Requests.Count;
        TimeSpan? firstSent = null;
        _shop.Deliver(source =>
        {
            (source.KnownBeyond, source.Together) = (beyond, false);
            var started = DateTimeOffset.MinValue;
            source.Then(() =>
            {
                started = _shop.Time.GetUtcNow();
                _shop.Stripe.Requested = () => firstSent ??= _shop.Time.GetUtcNow() - started;
                return Task.CompletedTask;
            });
            foreach (var change in changes)
            {
                change.AddTo(source);
                source.Then(() => _shop.Time.Wait(TimeSpan.FromMilliseconds(pause)));
            }
        });
        return (_shop.Stripe.Requests.Count - before, firstSent ?? TimeSpan.MaxValue);
    }
}
