using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.Scheduling;
using CdcStripeSync.Simulation.Stripe;

namespace CdcStripeSync.Simulation.Running;

/// <summary>What befalls instances, store, broker and Stripe while the history is fed.</summary>
internal sealed class Trouble(Surroundings around, IReadOnlyList<Instance> instances, Chance chance)
{
    /// <summary>How many befall each history.</summary>
    public const int Least = 3;

    private readonly List<(TimeSpan After, Func<Task> Happen)> _plan = [];
    private readonly Chance _spare = chance.Fork(1);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hadLongOutage;

    /// <summary>Troubles that came to pass; what Stripe and the store do to single calls is not among them.</summary>
    public int Happened { get; private set; }

    public void Plan()
    {
        around.Stripe.FaultShare = chance.Of([0, 3, 10, 30]);
        around.Store.FaultShare = chance.Of([0, 0, 1, 5]);
        for (var faults = chance.Between(Least, 6); faults > 0; faults--)
        {
            var after = TimeSpan.FromMilliseconds(chance.Between(0, chance.Of([100, 1000, 10_000])));
            var planned = chance.Of<Func<Task<bool>>>([Kill, Kill, Stop, Freeze, StoreAway, Rebalance, LongOutage, Pause, RegistryAway, ApproveAsync]);
            _plan.Add((after, () => HappenAsync(planned)));
        }
    }

    /// <summary>An operator has dead letters tried again at some time, mostly when they can be read.</summary>
    public void PlanRetries(Chance draws)
    {
        for (var times = draws.Between(0, 2); times > 0; times--)
        {
            var isMended = draws.In(75);
            _plan.Insert(draws.Below(_plan.Count + 1), (TimeSpan.FromMilliseconds(draws.Between(0, draws.Of([100, 1000, 10_000]))), () => RetryLettersAsync(isMended)));
        }
    }

    private async Task RetryLettersAsync(bool isMended)
    {
        around.Broker.IsMended |= isMended;
        around.Tally.Add("waiting: dead letters tried again", await around.State.MarkLettersAsync(new LetterFilter([LetterState.Open]), LetterState.Retry, "", default));
    }

    public void Begin() => around.World.Outside.Start(RunAsync);

    /// <summary>Returns when the last trouble has passed and everyone is up again.</summary>
    public async Task OverAsync()
    {
        await _over.Task;
        around.Stripe.FaultShare = 0;
        around.Store.FaultShare = 0;
    }

    private async Task RunAsync()
    {
        foreach (var (after, happen) in _plan)
        {
            await Wait(after);
            await happen();
        }

        _over.SetResult();
    }

    /// <summary>What could not happen (nobody was up to be killed, the partitions were dealt out as before) is made up for at once by something that can.</summary>
    private async Task HappenAsync(Func<Task<bool>> planned)
    {
        for (var happen = planned; !await happen();) happen = _spare.Of<Func<Task<bool>>>([Kill, Stop, Freeze, StoreAway, Rebalance, Pause, RegistryAway]);
        Happened++;
    }

    private async Task<bool> Kill()
    {
        if (Victim() is not { } victim) return false;
        around.Tally.Fault("kill");
        victim.Kill();
        await Wait(TimeSpan.FromMilliseconds(chance.Of([0, 10, 2000, 30_000])));
        victim.Start();
        return true;
    }

    /// <summary>Everyone is down until Stripe has forgotten the idempotency keys.</summary>
    private async Task<bool> LongOutage()
    {
        if (_hadLongOutage || !chance.In(40)) return false;
        _hadLongOutage = true;
        around.Tally.Fault("long outage");
        foreach (var instance in instances.Where(i => i.IsUp)) instance.Kill();
        await Wait(StripeServer.Memory + TimeSpan.FromMinutes(1));
        foreach (var instance in instances) instance.Start();
        return true;
    }

    private async Task<bool> Stop()
    {
        if (Victim() is not { } victim) return false;
        around.Tally.Fault("clean stop");
        victim.Stop();
        while (victim.IsUp) await Wait(TimeSpan.FromMilliseconds(100));
        victim.Start();
        return true;
    }

    private async Task<bool> Freeze()
    {
        if (Victim() is not { } victim) return false;
        around.Tally.Fault("freeze");
        victim.Freeze();
        await Wait(TimeSpan.FromMilliseconds(chance.Of([500, 5000, 12_000, 60_000])));
        victim.Thaw();
        return true;
    }

    /// <summary>No record can be decoded.</summary>
    private Task<bool> RegistryAway()
    {
        around.Tally.Fault("registry away");
        around.Broker.RegistryAwayUntil = around.World.Now + TimeSpan.FromMilliseconds(chance.Of([200, 3000, 20_000])).Ticks;
        return Task.FromResult(true);
    }

    private Task<bool> StoreAway()
    {
        around.Tally.Fault("store away");
        around.Store.AwayUntil = around.World.Now + TimeSpan.FromMilliseconds(chance.Between(100, 20_000)).Ticks;
        return Task.FromResult(true);
    }

    /// <summary>The operator looks at what the breadth limit holds, and lets it go.</summary>
    /// <returns>False: that is no trouble, and something else comes beside it.</returns>
    public async Task<bool> ApproveAsync()
    {
        var held = (await around.State.ParkedAsync(ParkReason.Breadth, int.MaxValue, default)).Count(p => !p.Approved);
        if (held == 0) return false;
        around.Tally.Add("brakes: approved", held);
        await around.State.ApproveAsync(ParkReason.Breadth, null, default);
        return false;
    }

    /// <summary>An operator stops all writing for a while.</summary>
    private async Task<bool> Pause()
    {
        around.Tally.Fault("pause");
        await around.State.SetControlsAsync(await around.State.ControlsAsync(default) with { Paused = true, PausedBecause = "a look at the shop" }, default);
        await Wait(TimeSpan.FromMilliseconds(chance.Of([500, 5000, 60_000])));
        await around.State.SetControlsAsync(await around.State.ControlsAsync(default) with { Paused = false }, default);
        return true;
    }

    private Task<bool> Rebalance()
    {
        if (!around.Broker.Rebalance()) return Task.FromResult(false);
        around.Tally.Fault("rebalance");
        return Task.FromResult(true);
    }

    private Instance? Victim()
    {
        var up = instances.Where(i => i is { IsUp: true, IsFrozen: false }).ToList();
        return up.Count == 0 ? null : chance.Of(up);
    }

    private Task Wait(TimeSpan time) => Task.Delay(time, around.World.Outside.Time);
}
