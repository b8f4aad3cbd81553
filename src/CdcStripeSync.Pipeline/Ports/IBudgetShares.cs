namespace CdcStripeSync.Pipeline.Ports;

/// <summary>How several processes share one account's request rates: each holds a share for a lease, and what one holds no other gets
/// before its lease has ended or it has taken less.</summary>
public interface IBudgetShares
{
    /// <summary>Renews this process's share by its demand beside the others'.</summary>
    /// <param name="demand">Requests that wait or are under way.</param>
    /// <returns>The share granted, 0 to 1; the sum of all unexpired shares is never above 1.</returns>
    /// <exception cref="StateStoreUnavailableException">The store is away.</exception>
    Task<double> RenewShareAsync(string instance, double demand, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Gives the share back at once.</summary>
    Task ReturnShareAsync(string instance, CancellationToken cancellationToken);
}
