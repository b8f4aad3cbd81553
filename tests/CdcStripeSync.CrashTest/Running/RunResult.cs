using System.Collections.Immutable;

namespace CdcStripeSync.CrashTest.Running;

/// <param name="Broken">Why the run failed; null where all held.</param>
/// <param name="Faults">Faults that came to pass, by kind.</param>
/// <param name="History">What the history held, by kind.</param>
/// <param name="Lines">What was done when; of a run that held only where it was asked for.</param>
internal sealed record RunResult(
    ulong Seed, string? Invariant, string? Broken, IReadOnlyDictionary<string, int> Faults, IReadOnlyDictionary<string, int> History, IReadOnlyList<string> Lines, TimeSpan Took, int Records, int Requests,
    TimeSpan Settling)
{
    private static readonly IReadOnlyDictionary<string, int> None = ImmutableDictionary<string, int>.Empty;

    /// <summary>Of a run whose process came to no end of its own.</summary>
    /// <param name="lines">What it last said.</param>
    public static RunResult OfDeadProcess(ulong seed, string how, IReadOnlyList<string> lines) =>
        new(seed, "the test's process died", $"the test's process died: {how}", None, None, lines, TimeSpan.Zero, 0, 0, TimeSpan.Zero);
}
