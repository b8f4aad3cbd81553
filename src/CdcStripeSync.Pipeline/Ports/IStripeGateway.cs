namespace CdcStripeSync.Pipeline.Ports;

/// <summary>One attempt at one request. Retries, budget and idempotency keys are the pipeline's.</summary>
public interface IStripeGateway
{
    Task<StripeOutcome> SendAsync(StripeRequest request, CancellationToken cancellationToken);
}
