namespace CdcStripeSync.App.Activity;

/// <summary>One request to Stripe as people see it.</summary>
internal sealed record SentRequest(DateTimeOffset At, string Request, string Form, string Outcome, bool Succeeded, double Milliseconds, string Cause);
