namespace CdcStripeSync.Connect.Deploying;

/// <summary>Where a connector stands after it was waited for.</summary>
/// <param name="Words">One line: the state, or a failure's root cause.</param>
/// <param name="Advice">What a person can do; null where nothing is known.</param>
public sealed record Outcome(OutcomeKind Kind, string Words, string? Advice = null);
