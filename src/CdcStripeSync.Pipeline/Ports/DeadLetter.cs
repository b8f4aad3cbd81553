using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>A record that needs a person, kept whole.</summary>
/// <param name="Id">Given by the store; 0 before.</param>
/// <param name="Entity">The entity it belongs to, where it could be told.</param>
/// <param name="Error">What is wrong, with schema id and place where known.</param>
/// <param name="Hint">What to do.</param>
/// <param name="Position">Source position text where known.</param>
public sealed record DeadLetter(
    long Id, SourceRecord Record, EntityKey? Entity, string Error, string Hint, string? Position, int Attempts, string MappingFingerprint, DateTimeOffset At)
{
    public LetterState State { get; init; }

    /// <summary>Of a closed letter: how it ended.</summary>
    public string Outcome { get; init; } = "";
}
