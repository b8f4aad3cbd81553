namespace CdcStripeSync.Stripe.Transport;

/// <summary>Pins the API version and says who asks.</summary>
internal sealed class VersionHandler : DelegatingHandler
{
    private const string UserAgent = "CdcStripeSync/1.0 (+https://github.com/cdc-stripe-sync)";

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Add("Stripe-Version", StripeGatewayOptions.ApiVersion);
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        return base.SendAsync(request, cancellationToken);
    }
}
