namespace CdcStripeSync.Pipeline.Errors;

/// <param name="Message">What Stripe said.</param>
/// <param name="Hint">What an operator can do.</param>
public readonly record struct ErrorDecision(ErrorAction Action, string Message, string Hint);
