namespace CdcStripeSync.Pipeline.Ports;

/// <summary>What operators set for all instances at once.</summary>
/// <param name="Paused">No writes to Stripe anywhere until resumed.</param>
/// <param name="PausedBecause">Who or what paused, for people.</param>
/// <param name="CreateAll">The first start may create objects although the account already holds some without our metadata.</param>
/// <param name="MappingFingerprint">The active mapping; empty before the first.</param>
/// <param name="Revision">Grows with each change, so that a poll is cheap.</param>
public sealed record Controls(bool Paused, string PausedBecause, bool CreateAll, string MappingFingerprint, long Revision)
{
    /// <summary>A row without an object links the one that the account already holds for it, where it can be told: by the id that the mapping
    /// chooses, by our key in the metadata, by the lookup key. Without <see cref="CreateAll"/> nothing else is created.</summary>
    public bool Adopt { get; init; }
}
