using System.Globalization;

namespace CdcStripeSync.Simulation.Scheduling;

/// <summary>One thread, one clock, one seed: the next ready task is drawn by the seed, and the clock jumps to the next timer when none is ready.</summary>
internal sealed class World(Chance chance, TextWriter? trace)
{
    public const string Circles = "runs in circles";

    /// <summary>A hundred times what a history takes.</summary>
    private const long MostSteps = 150_000;

    private static readonly long Start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).Ticks;
    private readonly List<(SimulatedProcess Owner, SendOrPostCallback Call, object? State)> _ready = [];
    private readonly PriorityQueue<WorldTimer, (long At, long Number)> _timers = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _number;
    private Exception? _broken;
    private ulong _digest = 14695981039346656037;

    public long Now { get; private set; } = Start;

    public DateTimeOffset Clock => new(Now, TimeSpan.Zero);

    public long Steps { get; private set; }

    public bool IsTraced => trace is not null;

    /// <summary>A fingerprint of every choice and its time, in order: the same for the same seed.</summary>
    public ulong Digest => _digest;

    /// <summary>What outlives every instance: broker, Stripe, the database. Never dies.</summary>
    public SimulatedProcess Outside { get; private set; } = null!;

    public static World Of(Chance chance, TextWriter? trace)
    {
        var world = new World(chance, trace);
        world.Outside = new SimulatedProcess(world, "world");
        return world;
    }

    /// <summary>Ends the run with this, wherever it was found.</summary>
    public void Break(Exception broken) => _broken ??= broken;

    public void Post(SimulatedProcess owner, SendOrPostCallback call, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread) throw new InvalidOperationException("work arrived from another thread: something left the simulated scheduler");
        _ready.Add((owner, call, state));
    }

    public void Set(WorldTimer timer, long ticks)
    {
        timer.Due = ticks < 0 ? -1 : Now + ticks;
        if (timer.Due >= 0) _timers.Enqueue(timer, (timer.Due, _number++));
    }

    /// <summary>Prints what happened, where asked for; callers look at <see cref="IsTraced"/> before they write a text.</summary>
    public void Say(string what) =>
        trace?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Steps,7} {TimeSpan.FromTicks(Now - Start).TotalSeconds,10:F3}s {what}"));

    /// <summary>Runs until told; false where nothing is left that could go on.</summary>
    public bool Run(Func<bool> until)
    {
        while (!until())
        {
            if (_broken is not null) throw _broken;
            if (Steps > MostSteps) throw new Checks.InvariantBrokenException(Circles, $"{MostSteps} steps and no end");
            if (_ready.Count == 0 && !Jump()) return false;
            Step();
        }

        return true;
    }

    private void Step()
    {
        if (_ready.Count == 0) return;
        var index = chance.Below(_ready.Count);
        var (owner, call, state) = _ready[index];
        _ready[index] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        if (!owner.TakesNow(call, state)) return;
        Steps++;
        _digest = (_digest ^ (ulong)(Now + _ready.Count)) * 1099511628211;
        SynchronizationContext.SetSynchronizationContext(owner);
        call(state);
    }

    private bool Jump()
    {
        while (_timers.TryDequeue(out var timer, out var due))
        {
            if (timer.Due != due.At) continue;
            Now = Math.Max(Now, due.At);
            timer.Due = -1;
            _ready.Add((timer.Owner, timer.Fire, null));
            return true;
        }

        return false;
    }
}
