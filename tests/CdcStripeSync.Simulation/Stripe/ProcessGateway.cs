using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.Scheduling;

namespace CdcStripeSync.Simulation.Stripe;

/// <summary>One process's way to Stripe.</summary>
internal sealed class ProcessGateway(SimulatedProcess process, StripeServer server) : IStripeGateway
{
    public Task<StripeOutcome> SendAsync(StripeRequest request, CancellationToken cancellationToken) => server.SendAsync(process, request, cancellationToken);
}
