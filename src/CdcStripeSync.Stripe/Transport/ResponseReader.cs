using System.Text.Json;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Stripe.Transport;

/// <summary>An HTTP answer as an outcome: only 200 with a JSON object is success.</summary>
internal static class ResponseReader
{
    public static async Task<StripeOutcome> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var requestId = Header(response, "Request-Id");
        var replayed = Header(response, "Idempotent-Replayed") == "true";
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var status = (int)response.StatusCode;
        var json = Parse(body);
        if (status == 200) return json is { } ok ? new StripeOutcome.Success(ok, requestId, replayed) : new StripeOutcome.NoAnswer("the answer was 200 but no JSON object", MayHaveExecuted: true);
        return new StripeOutcome.Refused(Error(status, json, response), requestId, replayed);
    }

    private static StripeError Error(int status, FieldValue.Object? json, HttpResponseMessage response)
    {
        var error = json?.Members.GetValueOrDefault("error") as FieldValue.Object;
        var shouldRetry = Header(response, "Stripe-Should-Retry") switch { "true" => true, "false" => (bool?)false, _ => null };
        return new StripeError(
            status, Text(error, "type") ?? "", Text(error, "code"), Text(error, "param"),
            Text(error, "message") ?? $"HTTP {status} without Stripe's error body", Header(response, "Stripe-Rate-Limited-Reason"), shouldRetry);
    }

    private static FieldValue.Object? Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return FieldValueJson.Read(document.RootElement) as FieldValue.Object;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }

    private static string? Text(FieldValue.Object? error, string name) => (error?.Members.GetValueOrDefault(name) as FieldValue.Text)?.Value;

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
