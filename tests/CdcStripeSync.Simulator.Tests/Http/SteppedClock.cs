namespace CdcStripeSync.Simulator.Tests.Http;

/// <summary>A clock that stands until it is moved.</summary>
public sealed class SteppedClock : TimeProvider
{
    private DateTimeOffset now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => now;

    public void Advance(TimeSpan by) => now += by;
}
