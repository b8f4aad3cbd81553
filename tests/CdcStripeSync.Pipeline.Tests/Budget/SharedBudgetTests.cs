using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Budget;

public sealed class SharedBudgetTests
{
    [Fact]
    public void Renewal_IsRefusedForAWhile_IsToldOnce_AndSendingGoesOnAfterwards()
    {
        var time = new VirtualWorld();
        var notes = new Notes();
        var budget = new RequestBudget(new BudgetOptions(100, 100, 0, 100), time);
        var until = time.GetUtcNow() + TimeSpan.FromMinutes(1);
        using var stop = new CancellationTokenSource();
        var shares = new Shares(_ => time.GetUtcNow() < until ? throw new InvalidOperationException("28P01: password authentication failed") : 1);

        time.Run(async () =>
        {
            var sharing = new SharedBudget(budget, shares, "one", notes, time).RunAsync(stop.Token);
            await budget.AcquireAsync(RequestLane.Live, "POST /v1/prices", default);
            await stop.CancelAsync();
            await sharing;
        });

        Assert.True(time.GetUtcNow() >= until);
        Assert.Contains("28P01", Assert.Single(notes.Alarms), StringComparison.Ordinal);
    }

    [Fact]
    public void Renewal_SmallerShareIsStoredAndItsAnswerLost_NextOneSaysWhatIsUsedStill()
    {
        var time = new VirtualWorld();
        var budget = new RequestBudget(new BudgetOptions(100, 100, 0, 100), time);
        var used = new List<double>();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(3500), time);
        var shares = new Shares(now =>
        {
            used.Add(now);
            return used.Count switch { 1 => 1, 2 => throw new StateStoreUnavailableException("the answer is lost", new IOException()), _ => 0.5 };
        });

        time.Run(() => new SharedBudget(budget, shares, "one", new Notes(), time).RunAsync(stop.Token));

        Assert.Equal([0, 1, 1, 0.5], used);
    }

    [Fact]
    public void Renewals_FailUntilTheLeaseHasEnded_NothingIsUsedAnyMore()
    {
        var time = new VirtualWorld();
        var budget = new RequestBudget(new BudgetOptions(100, 100, 0, 100), time);
        var used = new List<double>();
        using var stop = new CancellationTokenSource(SharedBudget.Lease * 2, time);
        var shares = new Shares(now =>
        {
            used.Add(now);
            return used.Count == 1 ? 1 : throw new StateStoreUnavailableException("away", new IOException());
        });

        time.Run(() => new SharedBudget(budget, shares, "one", new Notes(), time).RunAsync(stop.Token));

        Assert.Equal(1, used[1]);
        Assert.Equal(0, used[^1]);
    }

    private sealed class Shares(Func<double, double> renew) : IBudgetShares
    {
        public Task<double> RenewShareAsync(string instance, double demand, double used, TimeSpan lease, CancellationToken cancellationToken) => Task.FromResult(renew(used));

        public Task ReturnShareAsync(string instance, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
