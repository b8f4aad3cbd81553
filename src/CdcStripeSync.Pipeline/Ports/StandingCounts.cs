using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>How much needs time or a person.</summary>
/// <param name="Parked">Rows that wait, by reason; reasons without one are left out.</param>
/// <param name="DeadLetters">Letters that are not closed.</param>
public sealed record StandingCounts(IReadOnlyDictionary<ParkReason, int> Parked, int DeadLetters)
{
    public int AllParked => Parked.Values.Sum();
}
