using System.Globalization;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Settling;

/// <summary>What was settled behind a record that was not is not done again by the next start.</summary>
public sealed class RestartTests
{
    private const int Rows = 60;
    private const int Stuck = 5;
    private static readonly IReadOnlyList<Change> Changes = [.. Enumerable.Range(0, Rows).Select(offset => Of(offset, ""))];
    private readonly Shop _shop = new();

    [Fact]
    public void StoppedWhileOneRowsWriteIsRefused_NextStartRoutesThatRowOnly()
    {
        DeliverAllButOne(from: 0, count: Rows);
        _shop.ReadAgain(Stuck);
        _shop.Deliver(Changes.Skip(Stuck));

        Assert.Equal(Shop.Product(Stuck), Assert.Single(_shop.Notes.Verdicts).Key);
        Assert.Equal(Enumerable.Range(Stuck + 1, Rows - Stuck - 1), _shop.Notes.SettledBefore.Select(r => (int)r.Offset));
        Assert.Equal(Rows, _shop.Stripe.Active("shop_").Count);
        Assert.Equal(Rows, _shop.Source.Commits[^1].Next);
    }

    [Fact]
    public void FormerOwnersLowerOffsetCameLate_StoreIsNotTakenForOlderThanKafka()
    {
        var partition = new PartitionId("shop.public.products", 0);
        _shop.Deliver(Changes.Take(3));
        _shop.Time.Run(() => _shop.Store.WriteAsync(new StateBatch { Offsets = [new StoredOffset(partition, 1)] }, default));
        _shop.ReadAgain(1);
        _shop.Deliver(source =>
        {
            source.ThenStoreIsBehind(partition, stored: 1, committed: 3);
            foreach (var change in Changes.Skip(1).Take(2)) change.AddTo(source);
        });
        Assert.Empty(_shop.Notes.Alarms);
        Assert.Equal(3, _shop.Stripe.Objects.Count);
    }

    [Fact]
    public void StoreWasPutBackToAnOlderTime_IsTold()
    {
        var partition = new PartitionId("shop.public.products", 0);
        _shop.Deliver(Changes.Take(1));
        _shop.Deliver(source =>
        {
            source.ThenStoreIsBehind(partition, stored: 1, committed: 3);
            Changes[1].AddTo(source);
        });
        Assert.Contains("older", Assert.Single(_shop.Notes.Alarms), StringComparison.Ordinal);
    }

    [Fact]
    public void StoppedAgainBeforeAllWasReadAgain_WhatIsBeyondStaysSettled()
    {
        DeliverAllButOne(from: 0, count: Rows);
        DeliverAllButOne(from: Stuck, count: 10);
        _shop.ReadAgain(Stuck);
        _shop.Deliver(Changes.Skip(Stuck));
        Assert.Equal(Shop.Product(Stuck), Assert.Single(_shop.Notes.Verdicts).Key);
    }

    [Fact]
    public void TopicMadeAnew_ItsOffsetsBeginAgain_EveryRecordCounts()
    {
        DeliverAllButOne(from: 0, count: Rows);
        _shop.ReadAgain(0);
        _shop.Deliver(Enumerable.Range(0, Rows).Select(offset => Of(offset, " new")));
        Assert.Empty(_shop.Notes.SettledBefore);
        Assert.All(Enumerable.Range(0, Rows), id => Assert.Equal(FieldValue.Of($"P{id} new"), _shop.Stripe[$"shop_{id}"].Members["name"]));
    }

    private static Change Of(int offset, string suffix) => Change.Product((ulong)(offset + 1 + (suffix.Length * 1_000)), offset, string.Create(CultureInfo.InvariantCulture, $"P{offset}{suffix}"), ChangeOp.Create);

    /// <summary>One row's requests are refused until the program is stopped.</summary>
    private void DeliverAllButOne(int from, int count)
    {
        _shop.Stripe.Refuses = request => request.Method == StripeMethod.Post && request.Form.Contains($"shop_{Stuck}&", StringComparison.Ordinal);
        _shop.ReadAgain(from);
        using var stop = new CancellationTokenSource();
        _shop.Deliver(
            source =>
            {
                foreach (var change in Changes.Skip(from).Take(count)) change.AddTo(source);
                source.Then(async () =>
                {
                    await _shop.Time.Wait(TimeSpan.FromSeconds(3));
                    stop.Cancel();
                });
            },
            stop.Token);
        _shop.Stripe.Refuses = _ => false;
        _shop.Notes.Verdicts.Clear();
        _shop.Notes.SettledBefore.Clear();
    }
}
