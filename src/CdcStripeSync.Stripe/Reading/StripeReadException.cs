using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Stripe.Reading;

/// <summary>A read that did not succeed.</summary>
public sealed class StripeReadException(string path, StripeOutcome outcome) : Exception(Describe(path, outcome))
{
    public StripeOutcome Outcome { get; } = outcome;

    private static string Describe(string path, StripeOutcome outcome) => outcome switch
    {
        StripeOutcome.Refused refused => $"Stripe refused GET {path}: {refused.Error.Status} {refused.Error.Message}",
        StripeOutcome.NoAnswer none => $"GET {path} got no answer: {none.Reason}",
        StripeOutcome.Success => $"GET {path} succeeded, but not as expected",
        _ => throw new InvalidOperationException(outcome.GetType().Name),
    };
}
