using System.Collections.Concurrent;

namespace CdcStripeSync.Pipeline.Tests.Doubles;

/// <summary>One thread and a clock that stands still while anything is left to do, then jumps to the next timer: a day's outage takes no time.</summary>
internal sealed class VirtualWorld : TimeProvider
{
    private readonly PriorityQueue<VirtualTimer, (long At, long Number)> _timers = new();
    private readonly BlockingCollection<Action> _work = [];
    private long _now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).Ticks;
    private long _number;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(_now, TimeSpan.Zero);

    public override long GetTimestamp() => _now;

    public Task Wait(TimeSpan time) => Task.Delay(time, this);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Runs to the end on this thread; fails where nothing is left that could go on.</summary>
    public void Run(Func<Task> main)
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new Context(_work));
        try
        {
            var task = main();
            while (!task.IsCompleted)
            {
                if (_work.TryTake(out var next)) next();
                else if (!Jump() && !_work.TryTake(out next, TimeSpan.FromSeconds(5))) throw new TimeoutException("nothing is left that could go on: something waits for ever");
                else next?.Invoke();
            }

            task.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    private bool Jump()
    {
        lock (_timers)
        {
            while (_timers.TryDequeue(out var timer, out var due))
            {
                if (timer.Due != due.At) continue;
                _now = Math.Max(_now, due.At);
                timer.Due = -1;
                _work.Add(timer.Fire);
                return true;
            }
        }

        return false;
    }

    private void Set(VirtualTimer timer, TimeSpan dueTime)
    {
        lock (_timers)
        {
            timer.Due = dueTime < TimeSpan.Zero ? -1 : _now + dueTime.Ticks;
            if (timer.Due >= 0) _timers.Enqueue(timer, (timer.Due, _number++));
        }
    }

    private sealed class VirtualTimer(VirtualWorld world, TimerCallback callback, object? state) : ITimer
    {
        public long Due { get; set; } = -1;

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            world.Set(this, dueTime);
            return true;
        }

        public void Dispose() => Due = -1;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }

    private sealed class Context(BlockingCollection<Action> work) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => work.Add(() => d(state));

        public override void Send(SendOrPostCallback d, object? state) => d(state);

        public override SynchronizationContext CreateCopy() => this;
    }
}
