using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Postgres.Tests.Store;

[Collection(nameof(PostgresServerCollection))]
public sealed class BreadthPassesTests(PostgresFixture postgres)
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Now = Sample.Time.AddMinutes(10);

    [Fact]
    public async Task Steps_BeyondTheAllowance_AreHeld_UnlessApproved_AndThoseCountToo()
    {
        await using var open = await postgres.NewStoreAsync();
        var answer = await PassAsync(open.Store, 2, Ask("1"), Ask("2"), Ask("3"), Ask("4", approved: true), Ask("5"));
        Assert.Equal(3, answer.Passed);
        Assert.Equal(["3", "5"], answer.Held.Select(k => k.Key).Order());
        Assert.Equal(3, (await PassAsync(open.Store, 3, Ask("6"))).Passed);
    }

    [Fact]
    public async Task Step_ThatPassed_PassesAgainUncounted_AndCountsAsItsEffectAfterwards()
    {
        await using var open = await postgres.NewStoreAsync();
        await PassAsync(open.Store, 1, Ask("1"));
        Assert.Empty((await PassAsync(open.Store, 1, Ask("1"))).Held);

        await open.Store.WriteAsync(new StateBatch { Audit = [Sample.Audit("1", "archive", 9)] }, None);
        var after = await PassAsync(open.Store, 1, Ask("1"));
        Assert.Equal(1, after.Passed);
        Assert.Equal(["1"], after.Held.Select(k => k.Key));
        Assert.Equal(2, (await PassAsync(open.Store, 2, Ask("1"))).Passed);
    }

    [Fact]
    public async Task Kinds_Resources_AndWhatTheWindowHasPassed_DoNotCountForOneAnother()
    {
        await using var open = await postgres.NewStoreAsync();
        await open.Store.WriteAsync(new StateBatch { Audit = [Sample.Audit("1", "archive", 1), Sample.Audit("2", "price_change", 9), Sample.Audit("3", "update", 9), Sample.Audit("4", "shadow:archive", 9)] }, None);
        await open.Store.PassAsync("price", "archive", [Ask("5")], 9, Sample.Time, Sample.Time.AddMinutes(1), None);
        await open.Store.PassAsync("product", "archive", [Ask("6")], 9, Sample.Time, Now, None);

        Assert.Equal(0, (await PassAsync(open.Store, 0)).Passed);
        Assert.Equal(2, (await open.Store.PassAsync("price", "archive", [Ask("7")], 2, Sample.Time, Now, None)).Passed); // the one from before is forgotten since
    }

    [Fact]
    public async Task ManyThatAskTogether_NoMoreThanTheAllowancePass()
    {
        await using var open = await postgres.NewStoreAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(async () =>
        {
            var passed = 0;
            for (var i = 0; i < 10; i++)
            {
                var asks = Enumerable.Range(0, 3).Select(j => Ask($"{n}-{i}-{j}")).ToArray();
                var answer = await PassAsync(open.Store, 100, asks);
                foreach (var ask in asks.Where(a => !answer.Held.Contains(a.Entity)))
                {
                    passed++;
                    await open.Store.WriteAsync(new StateBatch { Audit = [Sample.Audit(ask.Entity.Key, "archive", 9)] }, None);
                }
            }

            return passed;
        })));
        Assert.Equal(100, answers.Sum());
    }

    private static Task<BreadthAnswer> PassAsync(PostgresStateStore store, long allowance, params BreadthAsk[] asks) =>
        store.PassAsync("price", "archive", asks, allowance, Sample.Time.AddMinutes(5), Now, None);

    private static BreadthAsk Ask(string key, bool approved = false) => new(Sample.Price(key), approved);
}
