namespace CdcStripeSync.Simulation.Checks;

/// <summary>Something happened that must never happen.</summary>
/// <param name="invariant">Which one, in few words: what failures are counted by.</param>
/// <param name="message">What exactly.</param>
internal sealed class InvariantBrokenException(string invariant, string message) : Exception($"{invariant}: {message}")
{
    public string Invariant => invariant;
}
