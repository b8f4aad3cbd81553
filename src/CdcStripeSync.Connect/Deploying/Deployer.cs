using CdcStripeSync.Connect.Planning;
using CdcStripeSync.Connect.Rest;

namespace CdcStripeSync.Connect.Deploying;

/// <summary>Makes a worker's connectors what the repository wants.</summary>
public sealed class Deployer(ConnectClient client, Watcher watcher)
{
    /// <summary>Creates or changes the connector and waits until it runs. A connector that is as wanted is left alone and only looked at.</summary>
    /// <exception cref="InvalidOperationException">The plan is refused: nothing may be changed.</exception>
    public async Task<Outcome> ApplyAsync(ConnectorPlan plan, WaitOptions wait, CancellationToken cancellationToken)
    {
        if (plan.IsRefused) throw new InvalidOperationException($"{plan.Connector.Name} is refused: {plan.Problems.First(p => p.Refuses)}");
        if (plan.Action == PlannedAction.Nothing) return await watcher.WaitAsync(plan.Connector.Name, wait, null, cancellationToken);
        var before = plan.Action == PlannedAction.Change ? (await client.StatusAsync(plan.Connector.Name, cancellationToken))?.FirstTrace : null;
        await client.PutAsync(plan.Connector.Name, plan.Connector.Config, cancellationToken);
        return await watcher.WaitAsync(plan.Connector.Name, wait, before, cancellationToken);
    }
}
