namespace CdcStripeSync.Pipeline.Ports;

/// <summary>One request to Stripe, whole: the adapter adds only authentication, its version where none is given, and transport.</summary>
/// <param name="Path">With ids filled in: <c>/v1/prices/price_1</c>.</param>
/// <param name="PathTemplate">For budget and metrics: <c>/v1/prices/{id}</c>.</param>
/// <param name="Form">Form-encoded parameters: the body of a POST, the query of a GET; empty for none.</param>
/// <param name="IdempotencyKey">Null for GET and DELETE (Stripe ignores it there).</param>
/// <param name="Cause">What it is for, for logs and the request log: entity and position; no personal data.</param>
/// <param name="Deadline">The longest that this attempt may take.</param>
public sealed record StripeRequest(
    StripeMethod Method, string Path, string PathTemplate, string Form, string? IdempotencyKey, string Cause, TimeSpan Deadline)
{
    /// <summary><c>Stripe-Version</c>: of an intent the one that it was stored with, since under another it would not be the same request. Null for the adapter's.</summary>
    public string? ApiVersion { get; init; }
}
