using CdcStripeSync.Pipeline.Observing;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Budget;

/// <summary>Keeps this process's share of the account's rates: renewed each second by demand, and gone when it cannot be renewed.</summary>
public sealed class SharedBudget
{
    /// <summary>Longer than any pause that is normal, shorter than anyone minds waiting for a lost process's share.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(1);
    private readonly RequestBudget _budget;
    private readonly IBudgetShares _shares;
    private readonly string _instance;
    private readonly IDeliveryObserver _observer;
    private readonly TimeProvider _time;
    private bool _fails;

    public SharedBudget(RequestBudget budget, IBudgetShares shares, string instance, IDeliveryObserver observer, TimeProvider time)
    {
        _budget = budget;
        _shares = shares;
        _instance = instance;
        _observer = observer;
        _time = time;
        budget.SetShare(0, time.GetTimestamp(), TimeSpan.Zero);
    }

    /// <summary>Runs until cancelled; then the share goes back at once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await RenewAsync(cancellationToken);
                await Task.Delay(RenewEvery, _time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await ReturnAsync();
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var askedAt = _time.GetTimestamp();
        try
        {
            _budget.SetShare(await _shares.RenewShareAsync(_instance, _budget.Demand, _budget.Share, Lease, cancellationToken), askedAt, Lease);
            _fails = false;
        }
        catch (StateStoreUnavailableException)
        {
            // Nothing can be stored either; the share ends by itself, and is asked for again in a moment.
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Without a share nothing is ever sent: whatever it is, it may be mended while this runs.
            if (!_fails) _observer.Alarm($"no share of the request budget can be had: {e.Message}", "mend what the message names; nothing is sent meanwhile, and it is asked for each second");
            _fails = true;
        }
    }

    private async Task ReturnAsync()
    {
        _budget.SetShare(0, _time.GetTimestamp(), TimeSpan.Zero);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), _time);
        try
        {
            await _shares.ReturnShareAsync(_instance, patience.Token);
        }
        catch (Exception)
        {
            // Its lease ends soon.
        }
    }
}
