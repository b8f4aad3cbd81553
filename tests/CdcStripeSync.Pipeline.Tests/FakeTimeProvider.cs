namespace CdcStripeSync.Pipeline.Tests;

/// <summary>A clock that moves only when told; timers fire in order of their times, on the caller's thread.</summary>
public sealed class FakeTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<FakeTimer> _timers = [];
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(56) + Now;

    public override long GetTimestamp() => Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock, stopping at each timer on the way.</summary>
    public void Advance(TimeSpan by)
    {
        var end = Now + by;
        while (NextUntil(end) is { } due) due.Fire();
        lock (_lock) _now = end;
    }

    private TimeSpan Now
    {
        get
        {
            lock (_lock) return _now;
        }
    }

    private FakeTimer? NextUntil(TimeSpan end)
    {
        lock (_lock)
        {
            var due = _timers.Where(t => t.Due <= end).MinBy(t => t.Due);
            if (due is null) return null;
            if (due.Due > _now) _now = due.Due;
            if (due.Period > TimeSpan.Zero) due.Due = _now + due.Period;
            else _timers.Remove(due);
            return due;
        }
    }

    private sealed class FakeTimer(FakeTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = clock._now + dueTime;
                Period = period;
                clock._timers.Add(this);
                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
