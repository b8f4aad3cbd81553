using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.Scheduling;
using CdcStripeSync.Simulation.Stripe;

namespace CdcStripeSync.Simulation.Running;

/// <summary>What befalls instances, store, broker and Stripe while the history is fed.</summary>
internal sealed class Trouble(Surroundings around, IReadOnlyList<Instance> instances, Chance chance)
{
    private readonly List<(TimeSpan After, Func<Task> Happen)> _plan = [];
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hadLongOutage;

    public void Plan()
    {
        around.Stripe.FaultShare = chance.Of([0, 3, 10, 30]);
        around.Store.FaultShare = chance.Of([0, 0, 1, 5]);
        for (var faults = chance.Between(3, 6); faults > 0; faults--)
            _plan.Add((TimeSpan.FromMilliseconds(chance.Between(0, chance.Of([100, 1000, 10_000]))), chance.Of<Func<Task>>([Kill, Kill, Stop, Freeze, StoreAway, Rebalance, LongOutage, Pause, RegistryAway, ApproveAsync])));
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

    private async Task Kill()
    {
        if (Victim() is not { } victim) return;
        around.Tally.Fault("kill");
        victim.Kill();
        await Wait(TimeSpan.FromMilliseconds(chance.Of([0, 10, 2000, 30_000])));
        victim.Start();
    }

    /// <summary>Everyone is down until Stripe has forgotten the idempotency keys.</summary>
    private async Task LongOutage()
    {
        if (_hadLongOutage || !chance.In(40)) return;
        _hadLongOutage = true;
        around.Tally.Fault("long outage");
        foreach (var instance in instances.Where(i => i.IsUp)) instance.Kill();
        await Wait(StripeServer.Memory + TimeSpan.FromMinutes(1));
        foreach (var instance in instances) instance.Start();
    }

    private async Task Stop()
    {
        if (Victim() is not { } victim) return;
        around.Tally.Fault("clean stop");
        victim.Stop();
        while (victim.IsUp) await Wait(TimeSpan.FromMilliseconds(100));
        victim.Start();
    }

    private async Task Freeze()
    {
        if (Victim() is not { } victim) return;
        around.Tally.Fault("freeze");
        victim.Freeze();
        await Wait(TimeSpan.FromMilliseconds(chance.Of([500, 5000, 12_000, 60_000])));
        victim.Thaw();
    }

    /// <summary>No record can be decoded.</summary>
    private Task RegistryAway()
    {
        around.Tally.Fault("registry away");
        around.Broker.RegistryAwayUntil = around.World.Now + TimeSpan.FromMilliseconds(chance.Of([200, 3000, 20_000])).Ticks;
        return Task.CompletedTask;
    }

    private Task StoreAway()
    {
        around.Tally.Fault("store away");
        around.Store.AwayUntil = around.World.Now + TimeSpan.FromMilliseconds(chance.Between(100, 20_000)).Ticks;
        return Task.CompletedTask;
    }

    /// <summary>The operator looks at what the breadth limit holds, and lets it go.</summary>
    public async Task ApproveAsync()
    {
        var held = (await around.State.ParkedAsync(ParkReason.Breadth, int.MaxValue, default)).Count(p => !p.Approved);
        if (held == 0) return;
        around.Tally.Add("brakes: approved", held);
        await around.State.ApproveAsync(ParkReason.Breadth, null, default);
    }

    /// <summary>An operator stops all writing for a while.</summary>
    private async Task Pause()
    {
        around.Tally.Fault("pause");
        await around.State.SetControlsAsync(await around.State.ControlsAsync(default) with { Paused = true, PausedBecause = "a look at the shop" }, default);
        await Wait(TimeSpan.FromMilliseconds(chance.Of([500, 5000, 60_000])));
        await around.State.SetControlsAsync(await around.State.ControlsAsync(default) with { Paused = false }, default);
    }

    private Task Rebalance()
    {
        around.Tally.Fault("rebalance");
        around.Broker.Rebalance();
        return Task.CompletedTask;
    }

    private Instance? Victim()
    {
        var up = instances.Where(i => i is { IsUp: true, IsFrozen: false }).ToList();
        return up.Count == 0 ? null : chance.Of(up);
    }

    private Task Wait(TimeSpan time) => Task.Delay(time, around.World.Outside.Time);
}
