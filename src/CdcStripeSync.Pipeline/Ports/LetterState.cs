namespace CdcStripeSync.Pipeline.Ports;

/// <summary>How a dead letter stands. The numbers are stored.</summary>
public enum LetterState
{
    /// <summary>Needs a person.</summary>
    Open = 0,

    /// <summary>An operator asked for another try; the next look at the controls takes it.</summary>
    Retry = 1,

    /// <summary>Delivered, overtaken by newer state, or discarded: <see cref="DeadLetter.Outcome"/> says which.</summary>
    Closed = 2,
}
