using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>How one attempt ended. A closed set; the adapter never throws for these.</summary>
public abstract record StripeOutcome
{
    private StripeOutcome()
    {
    }

    /// <summary>HTTP 200.</summary>
    /// <param name="Body">The JSON answer.</param>
    /// <param name="Replayed">Header <c>Idempotent-Replayed: true</c>.</param>
    public sealed record Success(FieldValue.Object Body, string? RequestId, bool Replayed) : StripeOutcome;

    /// <summary>Any other status, with Stripe's error.</summary>
    public sealed record Refused(StripeError Error, string? RequestId, bool Replayed) : StripeOutcome;

    /// <summary>No answer came: time-out, broken connection, circuit open.</summary>
    /// <param name="MayHaveExecuted">False only when the request surely never left.</param>
    public sealed record NoAnswer(string Reason, bool MayHaveExecuted) : StripeOutcome;
}
