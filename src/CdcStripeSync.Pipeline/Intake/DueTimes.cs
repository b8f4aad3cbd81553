namespace CdcStripeSync.Pipeline.Intake;

/// <summary>Times at which something is to be done: added by one flow, taken by another. Thread-safe.</summary>
internal sealed class DueTimes
{
    private readonly Lock _lock = new();
    private readonly HashSet<DateTimeOffset> _times = [];

    public void Add(DateTimeOffset time)
    {
        lock (_lock) _times.Add(time);
    }

    /// <summary>Whether any has come; those that have are done with. One that is added from now on is another.</summary>
    public bool Take(DateTimeOffset now)
    {
        lock (_lock) return _times.RemoveWhere(t => t <= now) > 0;
    }
}
