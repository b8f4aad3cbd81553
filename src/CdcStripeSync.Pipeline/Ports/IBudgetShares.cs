namespace CdcStripeSync.Pipeline.Ports;

/// <summary>How several processes share one account's request rates: each holds a share for a lease, and what one holds no other gets
/// before its lease has ended or it has taken less.</summary>
public interface IBudgetShares
{
    /// <summary>Renews this process's share by its demand beside the others'. Until the next renewal, or until the lease ends, no other gets any of what it
    /// uses now, though it is granted less: the answer may be late, or lost.</summary>
    /// <param name="demand">Requests that wait or are under way.</param>
    /// <param name="used">The share that it uses until it is answered, 0 to 1.</param>
    /// <returns>The share granted, 0 to 1; the sum of all unexpired shares is never above 1.</returns>
    /// <exception cref="StateStoreUnavailableException">The store is away.</exception>
    Task<double> RenewShareAsync(string instance, double demand, double used, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Gives the share back at once.</summary>
    Task ReturnShareAsync(string instance, CancellationToken cancellationToken);
}
