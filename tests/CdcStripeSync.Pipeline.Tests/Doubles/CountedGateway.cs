using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Tests.Doubles;

/// <summary>One process's way to a Stripe that several have: tells which of them sent what.</summary>
internal sealed class CountedGateway(IStripeGateway stripe) : IStripeGateway
{
    public List<StripeRequest> Requests { get; } = [];

    public Task<StripeOutcome> SendAsync(StripeRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        return stripe.SendAsync(request, cancellationToken);
    }
}
