using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>Where a dead letter stands in the order of the records.</summary>
public readonly record struct LetterPlace(RecordOrigin Record, long Id)
{
    public static LetterPlace Of(DeadLetter letter) => new(letter.Record.Origin, letter.Id);
}
