using CdcStripeSync.CrashTest.Processes;
using CdcStripeSync.CrashTest.Running;

namespace CdcStripeSync.CrashTest.Faults;

/// <summary>When something was away that an instance cannot start without: the state store, or the brokers.</summary>
internal sealed class Outages(RunLog log)
{
    private readonly Lock _lock = new();
    private readonly List<Outage> _all = [];

    /// <param name="instance">Whom it is away for; null is everybody.</param>
    /// <returns>It is over when that is disposed of.</returns>
    public IDisposable Begin(Instance? instance = null)
    {
        var outage = new Outage(log, instance, log.Elapsed);
        lock (_lock) _all.Add(outage);
        return outage;
    }

    /// <summary>Whether there was one for this instance within this time.</summary>
    public bool WasAny(Instance instance, TimeSpan from, TimeSpan to)
    {
        lock (_lock) return _all.Exists(o => (o.Of is null || o.Of == instance) && o.From <= to && o.To >= from);
    }

    private sealed class Outage(RunLog log, Instance? of, TimeSpan from) : IDisposable
    {
        public Instance? Of => of;

        public TimeSpan From => from;

        public TimeSpan To { get; private set; } = TimeSpan.MaxValue;

        public void Dispose() => To = log.Elapsed;
    }
}
