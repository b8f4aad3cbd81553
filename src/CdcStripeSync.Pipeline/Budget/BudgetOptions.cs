namespace CdcStripeSync.Pipeline.Budget;

/// <summary>What may be asked of Stripe.</summary>
/// <param name="PerSecond">Requests a second over all endpoints.</param>
/// <param name="PerEndpoint">Requests a second to one method and path template.</param>
/// <param name="Reserve">The share of both left to other users of the account, 0 to 0.9.</param>
/// <param name="MaxConcurrency">Requests in flight at most.</param>
public sealed record BudgetOptions(double PerSecond, double PerEndpoint, double Reserve, int MaxConcurrency)
{
    public static BudgetOptions Unlimited { get; } = new(1_000_000, 1_000_000, 0, 512);
}
