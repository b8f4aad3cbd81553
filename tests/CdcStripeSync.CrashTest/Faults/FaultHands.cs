using System.Collections.Concurrent;
using CdcStripeSync.CrashTest.Processes;
using CdcStripeSync.Simulator.Faults;

namespace CdcStripeSync.CrashTest.Faults;

/// <summary>Does what a plan says, keeps instances running as a supervisor would, and puts everything right again in the end.</summary>
/// <param name="audit">Looks at what stands while no instance lives.</param>
internal sealed class FaultHands(Stage stage, Func<Task> audit, CancellationToken cancellationToken)
{
    private static readonly TimeSpan SelfRestart = TimeSpan.FromMilliseconds(150);
    private readonly ConcurrentQueue<(string Kind, Fault Fault)> _stripe = []; // faults add while the supervisor reads, each on a thread of its own
    private readonly ConcurrentQueue<Hold> _holds = [];
    private readonly ConcurrentDictionary<Instance, bool> _wanted = [];
    private readonly ConcurrentDictionary<Instance, TimeSpan> _again = [];
    private readonly SemaphoreSlim _store = new(1);
    private readonly Outages _outages = new(stage.Log);
    private readonly ConcurrentQueue<Ending> _endings = [];
    private readonly Lock _starting = new();
    private int _held;

    /// <summary>The first end of an instance that nothing explains; null where there is none.</summary>
    public Ending? Unexplained => _endings.FirstOrDefault(e => !e.IsExplained);

    public void Want(int who) => _wanted[stage.Instances[who]] = true;

    public Task KillAsync(int who, TimeSpan again)
    {
        var instance = stage.Instances[who];
        if (!instance.IsAlive) return Task.CompletedTask;
        _again[instance] = again;
        if (instance.Kill()) stage.Log.Fault("kill -9 at a random point", instance.Name);
        return Task.CompletedTask;
    }

    public Task ArmAsync(int who, string name, int nth, TimeSpan again)
    {
        _again[stage.Instances[who]] = again;
        stage.Failpoints[who].Arm(name, nth);
        return Task.CompletedTask;
    }

    public async Task KillAllAsync(TimeSpan again)
    {
        using var hold = HoldStarts();
        if (KillLiving()) stage.Log.Fault("kill -9 of all at once");
        foreach (var instance in stage.Instances) await instance.EndAsync(cancellationToken);
        await audit();
        await Task.Delay(again, cancellationToken);
    }

    public async Task PauseAsync(int who, TimeSpan time)
    {
        var instance = stage.Instances[who];
        if (!instance.IsAlive) return;
        instance.Stop();
        stage.Log.Fault(time > TimeSpan.FromSeconds(2) ? "pause beyond the session time-out" : "short pause", $"{instance.Name} {time.TotalMilliseconds} ms");
        await Task.Delay(time, cancellationToken);
        instance.Continue();
        stage.Log.Say($"{instance.Name} goes on");
    }

    public Task CleanStopAsync(int who, TimeSpan again)
    {
        var instance = stage.Instances[who];
        if (!instance.IsAlive || instance.IsStopped || instance.WasTold) return Task.CompletedTask;
        _again[instance] = again;
        instance.Terminate();
        stage.Log.Fault("clean stop (SIGTERM)", instance.Name);
        return Task.CompletedTask;
    }

    /// <param name="broker">From 1; 0 is all of them.</param>
    public async Task BrokerAsync(int broker, TimeSpan time)
    {
        var brokers = broker == 0 ? Enumerable.Range(1, stage.Kafka.Brokers).ToArray() : [broker];
        using var away = _outages.Begin();
        foreach (var one in brokers) stage.Kafka.Down(one);
        stage.Log.Fault(brokers.Length == stage.Kafka.Brokers ? "all brokers down and up" : "one broker down and up", $"{time.TotalMilliseconds} ms");
        await Task.Delay(time, cancellationToken);
        foreach (var one in brokers) stage.Kafka.Up(one);
        stage.Log.Say("brokers are up");
    }

    public async Task RestartStateAsync(bool hard, TimeSpan away)
    {
        await _store.WaitAsync(cancellationToken);
        try
        {
            using var outage = _outages.Begin();
            stage.Log.Fault(hard ? "state store crashes and recovers" : "state store restarts");
            await stage.State.RestartAsync(hard, away);
            stage.Log.Say("the state store is back");
        }
        finally
        {
            _store.Release();
        }
    }

    public async Task CutAsync(int who, TimeSpan time)
    {
        var instance = stage.Instances[who];
        using var away = _outages.Begin(instance);
        var meets = instance.IsAlive;
        stage.StateProxies[who].Cut();
        stage.Log.Say($"{instance.Name} is cut off from the state store for {time.TotalMilliseconds} ms");
        await Task.Delay(time, cancellationToken);
        stage.StateProxies[who].Mend();
        if (meets || instance.IsAlive) stage.Log.Fault("cut off from the state store", instance.Name);
    }

    public Task StripeAsync(string kind, Func<Fault> make)
    {
        _stripe.Enqueue((kind, stage.Stripe.Faults.Add(make())));
        return Task.CompletedTask;
    }

    public async Task HoldAsync(Hold hold, TimeSpan time)
    {
        _holds.Enqueue(hold);
        _stripe.Enqueue((hold.AfterWrite ? "Stripe: answer held" : "Stripe: request held", stage.Stripe.Faults.Add(hold)));
        await Task.WhenAny(hold.Reached, Task.Delay(Timeout.Infinite, cancellationToken));
        await Task.Delay(time, cancellationToken);
        hold.Release();
    }

    /// <summary>Everything is down for longer than Stripe remembers a key.</summary>
    public async Task AgeAsync(TimeSpan again)
    {
        using var hold = HoldStarts();
        KillLiving();
        foreach (var instance in stage.Instances) await instance.EndAsync(cancellationToken);
        await Task.WhenAny(Task.WhenAll(Late()), Task.Delay(TimeSpan.FromSeconds(3), cancellationToken));
        await _store.WaitAsync(cancellationToken);
        try
        {
            if (!await stage.AgeIntentsAsync()) return;
            stage.Stripe.AgeIdempotency(TimeSpan.FromHours(25));
        }
        finally
        {
            _store.Release();
        }

        stage.Log.Fault("all down until Stripe forgot the keys");
        await Task.Delay(again, cancellationToken);
    }

    /// <summary>Starts what is to run and does not, until cancelled.</summary>
    public async Task SuperviseAsync()
    {
        var ended = new Dictionary<Instance, TimeSpan>();
        while (!cancellationToken.IsCancellationRequested)
        {
            foreach (var instance in _wanted.Keys.Where(i => !i.IsAlive))
            {
                if (instance.Starts > 0 && ended.TryAdd(instance, stage.Log.Elapsed)) await EndedAsync(instance);
                var wait = instance.WasTold ? _again.GetValueOrDefault(instance, SelfRestart) : SelfRestart;
                if ((instance.Starts > 0 && stage.Log.Elapsed - ended[instance] < wait) || !TryStart(instance)) continue;
                ended.Remove(instance);
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <summary>No more faults: what was held goes on, what was down is up, everybody runs.</summary>
    public async Task PutRightAsync()
    {
        foreach (var failpoints in stage.Failpoints) failpoints.Clear();
        stage.Stripe.Faults.Clear();
        foreach (var hold in _holds) hold.Release();
        foreach (var proxy in stage.StateProxies) proxy.Mend();
        foreach (var (kind, fault) in _stripe)
        {
            for (var i = 0; i < fault.Struck; i++) stage.Log.Fault(kind);
        }

        foreach (var instance in stage.Instances)
        {
            if (instance.IsStopped) instance.Continue();
            _wanted[instance] = true;
        }

        for (var broker = 1; broker <= stage.Kafka.Brokers; broker++) stage.Kafka.Up(broker);
        await _store.WaitAsync(CancellationToken.None); // a restart that is under way
        _store.Release();
        await Task.WhenAny(Task.WhenAll(Late()), Task.Delay(TimeSpan.FromSeconds(4), cancellationToken));
        stage.Log.Say("all faults are over");
    }

    private IEnumerable<Task> Late() => _stripe.Select(s => s.Fault).OfType<ExecuteLate>().Where(l => l.Struck > 0).Select(l => l.Executed);

    /// <summary>Between a look at whether starts are held and a start nobody else comes: who holds them kills all that there are.</summary>
    private bool TryStart(Instance instance)
    {
        lock (_starting)
        {
            if (_held > 0) return false;
            instance.Start();
            return true;
        }
    }

    /// <returns>Starts go on when that is disposed of.</returns>
    private StartsHeld HoldStarts()
    {
        lock (_starting) _held++;
        return new StartsHeld(this);
    }

    /// <returns>Whether any lived.</returns>
    private bool KillLiving()
    {
        var lived = false;
        foreach (var instance in stage.Instances) lived |= instance.Kill();
        return lived;
    }

    private async Task EndedAsync(Instance instance)
    {
        if (instance.WasKilled) return;
        await instance.EndAsync(CancellationToken.None); // with what it said read to the end
        var ending = new Ending(
            instance.Name, instance.ExitCode, instance.WasTold, stage.Failpoints[stage.Instances.IndexOf(instance)].LastEffect >= instance.StartedAt,
            _outages.WasAny(instance, instance.StartedAt, stage.Log.Elapsed), instance.SaidSinceStart);
        _endings.Enqueue(ending);
        if (!ending.WasTold) stage.Log.Fault("ended while it started: store or broker away", ending.ToString());
    }

    private sealed class StartsHeld(FaultHands hands) : IDisposable
    {
        public void Dispose()
        {
            lock (hands._starting) hands._held--;
        }
    }
}
