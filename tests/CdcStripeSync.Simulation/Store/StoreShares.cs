using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.Scheduling;

namespace CdcStripeSync.Simulation.Store;

/// <summary>One process's word with the state store about its share of the budget.</summary>
internal sealed class StoreShares(SimulatedProcess process, StoreServer server, ShareLedger ledger) : IBudgetShares
{
    public Task<double> RenewShareAsync(string instance, double demand, double used, TimeSpan lease, CancellationToken cancellationToken) =>
        server.Call(process, () => Task.FromResult(ledger.Renew(instance, demand, used, lease)), cancellationToken);

    public Task ReturnShareAsync(string instance, CancellationToken cancellationToken) => server.Call(process, () => Task.FromResult(ledger.Return(instance)), cancellationToken);
}
