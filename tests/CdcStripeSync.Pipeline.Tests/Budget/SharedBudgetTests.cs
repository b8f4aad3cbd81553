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
        var shares = new Shares(() => time.GetUtcNow() < until ? throw new InvalidOperationException("28P01: password authentication failed") : 1);

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

    private sealed class Shares(Func<double> renew) : IBudgetShares
    {
        public Task<double> RenewShareAsync(string instance, double demand, TimeSpan lease, CancellationToken cancellationToken) => Task.FromResult(renew());

        public Task ReturnShareAsync(string instance, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
