using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Control;
using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Pipeline.Intake;
using CdcStripeSync.Simulation.Broker;
using CdcStripeSync.Simulation.Scheduling;
using CdcStripeSync.Simulation.Store;
using CdcStripeSync.Simulation.Stripe;

namespace CdcStripeSync.Simulation.Running;

/// <summary>One instance of the program: started, killed, frozen, stopped, started again over what is durable.</summary>
internal sealed class Instance(string name, Surroundings around, Chance chance)
{
    /// <summary>Requests that one process may have under way where the account's rates are shared.</summary>
    public const int MostUnderWay = 2;

    private readonly BudgetOptions _budget = around.Shares is { PerSecond: var rate } ? new BudgetOptions(rate, rate, 0, MostUnderWay)
        : chance.In(50) ? BudgetOptions.Unlimited : new BudgetOptions(chance.Between(5, 50), 25, 0, chance.Between(1, 16));
    private SimulatedProcess? _process;
    private RequestBudget? _requests;
    private GroupSource? _source;
    private DeliveryEngine? _engine;
    private CancellationTokenSource? _stop;
    private ulong _starts;

    public string Name => name;

    public bool IsUp => _process is { IsDead: false };

    public bool IsFrozen { get; private set; }

    /// <summary>Its start is over (what a crash left is taken up again by then), and nothing is under way.</summary>
    public bool IsIdle => _source is { IsStarted: true } && _engine is { Busy: 0, Unsettled: 0 };

    /// <summary>What it waits for, in numbers.</summary>
    public string Load => $"{name}: {_engine?.Busy} rows, {_engine?.Unsettled} records, requests waiting {string.Join('/', _requests?.Waiting ?? [])}, waiting or under way {_requests?.Demand}{(_engine?.Closed is { } closed ? ", " + closed : "")}";

    public void Start()
    {
        var process = _process = new SimulatedProcess(around.World, $"{name}.{++_starts}");
        var draws = chance.Fork(_starts);
        var stop = _stop = new CancellationTokenSource();
        _engine = null;
        _source = null;
        around.World.Say($"start {process.Name}");
        process.Start(() => RunAsync(process, draws, stop));
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        around.World.Say($"kill {_process!.Name}");
        _process.Kill();
        around.Broker.Silence(_process, () => true);
        _engine = null;
    }

    public void Freeze()
    {
        around.World.Say($"freeze {_process!.Name}");
        var process = _process;
        process.Freeze();
        IsFrozen = true;
        around.Broker.Silence(process, () => IsFrozen && _process == process);
    }

    public void Thaw()
    {
        around.World.Say($"thaw {_process!.Name}");
        IsFrozen = false;
        _process.Thaw();
    }

    /// <summary>SIGTERM.</summary>
    public void Stop()
    {
        around.World.Say($"stop {_process!.Name}");
        var stop = _stop;
        _process.Post(_ => stop?.Cancel(), null);
    }

    private async Task RunAsync(SimulatedProcess process, Chance draws, CancellationTokenSource stop)
    {
        var source = _source = new GroupSource(process, around.Broker, draws.Fork(1));
        var budget = _requests = new RequestBudget(_budget, process.Time);
        using var sharing = new CancellationTokenSource();
        var observer = new TracingObserver(process, around.Tally);
        var shares = around.Shares is { } ledger ? new SharedBudget(budget, new StoreShares(process, around.Store, ledger), process.Name, observer, process.Time).RunAsync(sharing.Token) : Task.CompletedTask;
        var options = new DeliveryOptions { CommitInterval = TimeSpan.FromMilliseconds(500), MaxUnsettled = draws.Between(5, 100), MaxLanes = 1000, KeyMemory = StripeServer.Memory - TimeSpan.FromMinutes(2), FoldPatience = TimeSpan.FromMilliseconds(draws.In(20) ? 0 : draws.Between(50, 2_000)) };
        var images = draws.Fork(3).In(50) ? new LogImages(around.Broker, around.Mapping) : null;
        var engine = _engine = new DeliveryEngine(
            around.Mapping, source, source, new StoreLink(process, around.Store, around.State, around.Breadth), new ProcessGateway(process, around.Stripe),
            budget, process.Time, new ChanceRandomness(draws.Fork(2)), observer, options, around.AsksSource ? around.Broker.Tables.ReaderOf(process) : null, images);
        try
        {
            await engine.RunAsync(stop.Token);
        }
        finally
        {
            sharing.Cancel();
            await shares;
            await source.DisposeAsync();
        }

        around.World.Say($"{process.Name} ended");
        process.Kill();
        if (_process == process) _engine = null;
    }
}
