namespace CdcStripeSync.Stripe.Transport;

/// <summary>Pins the API version, where the request has none of its own, and says who asks.</summary>
internal sealed class VersionHandler : DelegatingHandler
{
    public const string Header = "Stripe-Version";

    private const string UserAgent = "CdcStripeSync/1.0 (+https://github.com/cdc-stripe-sync)";

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Headers.Contains(Header)) request.Headers.Add(Header, StripeGatewayOptions.ApiVersion);
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        return base.SendAsync(request, cancellationToken);
    }
}
