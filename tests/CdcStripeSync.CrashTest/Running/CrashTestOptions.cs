namespace CdcStripeSync.CrashTest.Running;

/// <param name="Program">The program under test: an executable, or a <c>.dll</c> for <c>dotnet</c>.</param>
/// <param name="Trace">Tell what was done when, also of runs that hold.</param>
internal sealed record CrashTestOptions(string Program, bool Trace = false)
{
    /// <summary>How long a run may take to settle when all faults are over.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long a silent instance keeps its place in the group; short, so that runs are.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromMilliseconds(2_000);
}
