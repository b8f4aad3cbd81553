namespace CdcStripeSync.Simulation.Scheduling;

/// <summary>What one operating-system process is: where its continuations run, and its clock. Killed, nothing of it runs any more, in the
/// middle of whatever it did; frozen, everything waits until it is thawed.</summary>
internal sealed class SimulatedProcess : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Call, object? State)> _held = [];
    private bool _isFrozen;

    public SimulatedProcess(World world, string name)
    {
        World = world;
        Name = name;
        Time = new ProcessClock(this);
    }

    public World World { get; }

    public string Name { get; }

    public TimeProvider Time { get; }

    public bool IsDead { get; private set; }

    public void Kill()
    {
        IsDead = true;
        _held.Clear();
    }

    /// <summary>How often it was frozen.</summary>
    public int Freezes { get; private set; }

    public void Freeze()
    {
        _isFrozen = true;
        Freezes++;
    }

    public void Thaw()
    {
        _isFrozen = false;
        foreach (var (call, state) in _held) World.Post(this, call, state);
        _held.Clear();
    }

    /// <summary>Whether a continuation may run now; one of a frozen process is kept for later, one of a dead process is gone.</summary>
    public bool TakesNow(SendOrPostCallback call, object? state)
    {
        if (IsDead) return false;
        if (!_isFrozen) return true;
        _held.Add((call, state));
        return false;
    }

    public void Start(Func<Task> main) => World.Post(this, _ => Watch(main()), null);

    public override void Post(SendOrPostCallback d, object? state) => World.Post(this, d, state);

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("nothing in the pipeline waits for its context");

    public override SynchronizationContext CreateCopy() => this;

    private static async void Watch(Task main) => await main;

    private sealed class ProcessClock(SimulatedProcess owner) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => owner.World.Clock;

        public override long GetTimestamp() => owner.World.Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new WorldTimer(owner, callback, state);
            timer.Change(dueTime, period);
            return timer;
        }
    }
}
