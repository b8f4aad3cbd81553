using System.Net.Http.Headers;

namespace CdcStripeSync.Stripe.Transport;

/// <summary>Adds the key, and the account that the request acts for.</summary>
internal sealed class AuthenticationHandler(StripeGatewayOptions options) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
        if (options.StripeAccount is { } account) request.Headers.Add("Stripe-Account", account);
        return base.SendAsync(request, cancellationToken);
    }
}
