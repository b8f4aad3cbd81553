using System.Globalization;

namespace CdcStripeSync.Stripe.Transport;

/// <summary>Tells Stripe how long the last request took, as its own clients do (<c>X-Stripe-Client-Telemetry</c>).</summary>
internal sealed class TelemetryHandler(TimeProvider time) : DelegatingHandler
{
    private string? _last;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _last, null) is { } metrics) request.Headers.TryAddWithoutValidation("X-Stripe-Client-Telemetry", metrics);
        var started = time.GetTimestamp();
        var response = await base.SendAsync(request, cancellationToken);
        if (response.Headers.TryGetValues("Request-Id", out var ids))
        {
            var milliseconds = (long)time.GetElapsedTime(started).TotalMilliseconds;
            _last = string.Create(CultureInfo.InvariantCulture, $$$"""{"last_request_metrics":{"request_id":"{{{ids.First()}}}","request_duration_ms":{{{milliseconds}}}}}""");
        }

        return response;
    }
}
