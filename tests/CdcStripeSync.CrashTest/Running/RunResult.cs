namespace CdcStripeSync.CrashTest.Running;

/// <param name="Broken">Why the run failed; null where all held.</param>
/// <param name="Faults">Faults that came to pass, by kind.</param>
/// <param name="History">What the history held, by kind.</param>
/// <param name="Lines">What was done when.</param>
internal sealed record RunResult(
    ulong Seed, string? Invariant, string? Broken, IReadOnlyDictionary<string, int> Faults, IReadOnlyDictionary<string, int> History, IReadOnlyList<string> Lines, TimeSpan Took, int Records, int Requests,
    TimeSpan Settling);
