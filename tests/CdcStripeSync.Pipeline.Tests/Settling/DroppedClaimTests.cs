using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Claims;
using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Settling;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Settling;

/// <summary>A row that took a value drops the claims that others released; its word may arrive after one of them claimed the value anew.</summary>
public sealed class DroppedClaimTests
{
    private static readonly Claim Released = new("default_price", "shop_1", Shop.Price(1), ClaimLedger.Released);
    private static readonly Claim Anew = Released with { At = new StreamPosition(0, SourcePosition.OfLsn(20), null) };
    private static readonly StateBatch Drop = new() { ClaimsDropped = [Released] };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ClaimMadeAnewSinceItWasReadAsReleased_IsNotDropped(bool together) => Assert.Equal([Anew], After(together, new StateBatch { Claims = [Anew] }, Drop));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ClaimReleasedAMomentBefore_IsDropped_WhateverTheStoreHadOfItBefore(bool together) =>
        Assert.Empty(After(together, new StateBatch { Claims = [Released with { At = ClaimLedger.Leaving }] }, Drop));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ClaimMadeAfterTheDrop_Stands(bool together) => Assert.Equal([Released], After(together, Drop, new StateBatch { Claims = [Released] }));

    private static IReadOnlyList<Claim> After(bool together, params StateBatch[] batches)
    {
        var store = new InMemoryStateStore();
        Write(store, new StateBatch { Claims = [Anew with { At = new StreamPosition(0, SourcePosition.OfLsn(10), null) }] });
        foreach (var batch in together ? [MergedBatch.Of(batches)] : batches) Write(store, batch);
        return store.ClaimsAsync("default_price", "shop_1", default).Result;
    }

    private static void Write(InMemoryStateStore store, StateBatch batch) => Assert.True(store.WriteAsync(batch, default).IsCompletedSuccessfully);
}
