namespace CdcStripeSync.Pipeline.Tests.Doubles;

internal enum FaultKind
{
    /// <summary>Answered without being executed.</summary>
    Refuse,
    /// <summary>Executed, and another answer given (a 5xx that Stripe saves under the key).</summary>
    FailAfterWrite,
    /// <summary>Executed, and no answer arrives.</summary>
    LoseAnswer,
}
