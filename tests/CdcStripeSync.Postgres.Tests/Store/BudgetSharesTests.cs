namespace CdcStripeSync.Postgres.Tests.Store;

[Collection(nameof(PostgresServerCollection))]
public sealed class BudgetSharesTests(PostgresFixture postgres)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Alone_HasEverything()
    {
        await using var open = await postgres.NewStoreAsync();

        Assert.Equal(1, await open.Store.RenewShareAsync("a", 10, 0, Lease, default), 6);
    }

    [Fact]
    public async Task Newcomer_GetsItsShareWhenTheOtherHasTakenLess()
    {
        await using var open = await postgres.NewStoreAsync();
        await open.Store.RenewShareAsync("a", 10, 0, Lease, default);

        Assert.Equal(0, await open.Store.RenewShareAsync("b", 30, 0, Lease, default), 6);
        Assert.Equal(0.1 + (0.8 * 0.25), await open.Store.RenewShareAsync("a", 10, 0, Lease, default), 6);
        Assert.Equal(0.1 + (0.8 * 0.75), await open.Store.RenewShareAsync("b", 30, 0, Lease, default), 6);
    }

    [Fact]
    public async Task SmallerShareWhoseAnswerIsLost_WhatIsUsedStillIsNobodyElses()
    {
        const double less = 0.1 + (0.8 * 0.25);
        await using var open = await postgres.NewStoreAsync();
        await open.Store.RenewShareAsync("a", 10, 0, Lease, default);
        await open.Store.RenewShareAsync("b", 30, 0, Lease, default);

        for (var lost = 0; lost < 3; lost++)
        {
            Assert.Equal(less, await open.Store.RenewShareAsync("a", 10, 1, Lease, default), 6);
            Assert.Equal(0, await open.Store.RenewShareAsync("b", 30, 0, Lease, default), 6);
        }

        Assert.Equal(less, await open.Store.RenewShareAsync("a", 10, less, Lease, default), 6);
        Assert.Equal(1 - less, await open.Store.RenewShareAsync("b", 30, 0, Lease, default), 6);
    }

    [Fact]
    public async Task ManyAtOnce_NeverHoldMoreThanTheWhole()
    {
        await using var open = await postgres.NewStoreAsync();
        var held = new double[4];
        for (var round = 0; round < 10; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, held.Length).Select(async i => held[i] = await open.Store.RenewShareAsync($"i{i}", i + 1, held[i], Lease, default)));
            Assert.True(held.Sum() <= 1.000001, $"{held.Sum()} granted in round {round}");
        }

        Assert.True(held.Sum() > 0.99, $"only {held.Sum()} granted");
    }

    [Fact]
    public async Task LostProcess_ItsShareIsFreeWhenItsLeaseHasEnded()
    {
        await using var open = await postgres.NewStoreAsync();
        await open.Store.RenewShareAsync("lost", 10, 0, TimeSpan.FromMilliseconds(200), default);
        await Task.Delay(400);

        Assert.Equal(1, await open.Store.RenewShareAsync("b", 1, 0, Lease, default), 6);
    }

    [Fact]
    public async Task Returned_IsFreeAtOnce()
    {
        await using var open = await postgres.NewStoreAsync();
        await open.Store.RenewShareAsync("a", 10, 0, Lease, default);
        await open.Store.ReturnShareAsync("a", default);

        Assert.Equal(1, await open.Store.RenewShareAsync("b", 1, 0, Lease, default), 6);
    }
}
