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
    private readonly TimeProvider _time;

    public SharedBudget(RequestBudget budget, IBudgetShares shares, string instance, TimeProvider time)
    {
        _budget = budget;
        _shares = shares;
        _instance = instance;
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
            _budget.SetShare(await _shares.RenewShareAsync(_instance, _budget.Demand, Lease, cancellationToken), askedAt, Lease);
        }
        catch (StateStoreUnavailableException)
        {
            // Nothing can be stored either; the share ends by itself, and is asked for again in a moment.
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
        catch (Exception e) when (e is OperationCanceledException or StateStoreUnavailableException)
        {
            // Its lease ends soon.
        }
    }
}
