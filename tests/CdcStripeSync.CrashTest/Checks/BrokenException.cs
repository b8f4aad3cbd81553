namespace CdcStripeSync.CrashTest.Checks;

/// <summary>Something happened that must never happen.</summary>
/// <param name="invariant">Which one, in few words: what failures are counted by.</param>
internal sealed class BrokenException(string invariant, string message) : Exception($"{invariant}: {message}")
{
    public string Invariant => invariant;
}
