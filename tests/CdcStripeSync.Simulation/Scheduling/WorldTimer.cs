namespace CdcStripeSync.Simulation.Scheduling;

/// <summary>A timer of one process; a period is not needed by anyone.</summary>
internal sealed class WorldTimer(SimulatedProcess owner, TimerCallback callback, object? state) : ITimer
{
    public SimulatedProcess Owner => owner;

    /// <summary>World ticks; negative while it is not set.</summary>
    public long Due { get; set; } = -1;

    public void Fire(object? unused) => callback(state);

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        owner.World.Set(this, dueTime < TimeSpan.Zero ? -1 : dueTime.Ticks);
        return true;
    }

    public void Dispose() => Due = -1;

    public ValueTask DisposeAsync()
    {
        Due = -1;
        return default;
    }
}
