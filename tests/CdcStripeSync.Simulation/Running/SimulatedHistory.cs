using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Control;
using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Simulation.Broker;
using CdcStripeSync.Simulation.Checks;
using CdcStripeSync.Simulation.Expectation;
using CdcStripeSync.Simulation.History;
using CdcStripeSync.Simulation.Scheduling;
using CdcStripeSync.Simulation.Store;
using CdcStripeSync.Simulation.Stripe;

namespace CdcStripeSync.Simulation.Running;

/// <summary>One history under one seed, from the first record to the last check.</summary>
internal sealed class SimulatedHistory
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(3);

    /// <summary>Long enough for every chore to come several times; it takes as many steps as the history before it.</summary>
    private static readonly TimeSpan LongRest = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan ShortRest = TimeSpan.FromSeconds(5);
    private readonly World _world;
    private readonly ShopHistory _history;
    private readonly Surroundings _around;
    private readonly Trouble _trouble;
    private readonly List<Instance> _instances = [];
    private readonly StateChecks _stateChecks;
    private readonly ulong _seed;
    private readonly bool _isBraked;
    private readonly bool _isTroubled;
    private readonly bool _mayBeTakenUp;
    private readonly StripeObject? _theirs;
    private readonly int _tells;
    private readonly RequestChecks _requestChecks;
    private readonly TimeSpan _rest;
    private bool _isDone;

    private SimulatedHistory(ulong seed, Core.Mapping.Mapping mapping, SimulationOptions options)
    {
        _seed = seed;
        var chance = new Chance(seed * 0x9E3779B97F4A7C15);
        _world = World.Of(chance.Fork(1), options.Trace);
        _history = new HistoryMaker(chance.Fork(2), options.FarMoves, options.NewLogs).Make();
        _isBraked = chance.Fork(7).In(15);
        if (_isBraked) mapping = SimulatedMapping.Braked(mapping);
        var tally = new Tally();
        var state = new InMemoryStateStore();
        var sold = new SoldRows(_history.Changes, _history.Steps);
        _requestChecks = new RequestChecks(state, sold) { NothingFails = !options.Faults };
        var catalogue = new Catalogue(() => _world.Clock.ToUnixTimeSeconds());
        var strangers = chance.Fork(8);
        _theirs = strangers.In(6) ? catalogue.Plant("theirs", "products", "Theirs") : null;
        _tells = strangers.Of([500, 5000, 40_000]);
        _rest = chance.Fork(20).In(20) ? LongRest : ShortRest;
        _requestChecks.CreatesWait = _theirs is not null;
        var truncated = _history.Changes.Where(c => c.Op == RowOp.Truncate).Select(c => c.Table).ToHashSet(StringComparer.Ordinal);
        _mayBeTakenUp = _isBraked || truncated.Count > 0 || _history.LostASlot || options.FarMoves; // a change of a key that is another row's by then may be read before that row's end
        foreach (var change in _history.Changes.Where(c => c.Op == RowOp.MovedHere)) _requestChecks.MovedTo.Add($"public.{change.Table}/{change.Key}");
        _requestChecks.Stamps.UnionWith(_history.Steps.SelectMany(s => s.Events).Where(e => e.Op == RowOp.Read).Select(e => e.Lsn));
        var broker = new KafkaBroker(_world, chance.Fork(3), partitionsEach: options.FarMoves ? 3 : 2); // a key that changes twice may come through three
        broker.Tables.Stamps = _requestChecks.Stamps;
        if (options.Unreadables) broker.UnreadableShare = chance.Fork(11).Of([0, 0, 0, 0, 0, 0, 3, 10]);
        _stateChecks = new StateChecks(_world, broker, state, tally);
        broker.Committing = _stateChecks.Committing;
        var breadth = new BreadthCheck(_world, state, mapping.Breadth);
        state.Writing = batch =>
        {
            breadth.Written(batch);
            _stateChecks.Written(batch);
        };
        _around = new Surroundings(_world, broker, new StripeServer(_world, chance.Fork(4), catalogue, _requestChecks, tally), new StoreServer(_world, chance.Fork(5), tally), state, mapping, tally, breadth) { AsksSource = broker.UnreadableShare > 0 || (_history.LostASlot && chance.Fork(13).In(30)), Shares = chance.Fork(9) is var sharing && sharing.In(15) ? new ShareLedger(_world, sharing.Between(1, 3)) : null };
        sold.MayBeRead = _around.AsksSource;
        if (_around.Shares is { } shares)
        {
            tally.Add("processes: histories with a shared budget");
            _around.Stripe.Rate = new RateCheck(_world, shares, (options.Instances * Instance.MostUnderWay) + 2);
        }

        Catalogue = catalogue;
        for (var i = 0; i < options.Instances; i++) _instances.Add(new Instance($"i{i + 1}", _around, chance.Fork(10 + (ulong)i)));
        _trouble = new Trouble(_around, _instances, chance.Fork(6));
        _isTroubled = options.Faults;
        if (_isTroubled) _trouble.Plan();
        if (options.Faults && broker.UnreadableShare > 0) _trouble.PlanRetries(chance.Fork(12));
    }

    private Catalogue Catalogue { get; }

    public static SimulationResult Run(ulong seed, Core.Mapping.Mapping mapping, SimulationOptions options)
    {
        var outer = SynchronizationContext.Current;
        var simulation = new SimulatedHistory(seed, mapping, options);
        try
        {
            simulation.Run();
            return simulation.Result(null, null);
        }
        catch (InvariantBrokenException broken)
        {
            return simulation.Result(broken.Invariant, broken.Invariant == World.Circles ? $"{broken.Message}; {simulation.Unsettled()}" : broken.Message);
        }
        catch (Exception e)
        {
            return simulation.Result(e.GetType().Name, e.ToString());
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    private void Run()
    {
        foreach (var instance in _instances) instance.Start();
        _world.Outside.Start(FeedAsync);
        _trouble.Begin();
        if (_theirs is not null) _world.Outside.Start(TellAsync);
        var end = _world.Now + Patience.Ticks;
        if (!_world.Run(() => _isDone || _world.Now > end)) throw new InvariantBrokenException("stuck", "nothing is left that could go on: something waits for ever");
        if (!_isDone) throw new InvariantBrokenException("never settles", Unsettled());
        foreach (var instance in _instances) instance.Stop();
        end = _world.Now + Patience.Ticks;
        if (!_world.Run(() => _instances.TrueForAll(i => !i.IsUp) || _world.Now > end) || _instances.Exists(i => i.IsUp)) throw new InvariantBrokenException("does not stop", string.Join("; ", _instances.Where(i => i.IsUp).Select(i => i.Load)));
        HoldItsSize();
        new EndChecks(CatalogueModel.Of(_history.Changes), Catalogue, _around.State, _around.Broker.Unreadables, _history.IsWhollySeen && !_isBraked && _theirs is null && _around.Broker.Unreadables.Count == 0, _mayBeTakenUp || _around.Broker.Unreadables.Count > 0).Check();
        if (_theirs is { } other && (!other.IsActive || other.Row.Length > 0 || other["name"] != "Theirs")) throw new InvariantBrokenException("another's object touched", other.Id);
    }

    /// <summary>What is said of every history: without it a seed shows less than it is counted for.</summary>
    private void HoldItsSize()
    {
        if (_history.Changes.Count < HistoryMaker.LeastChanges || _history.Keys < HistoryMaker.LeastKeys || _history.Tables < ShopDatabase.Tables.Count || (_isTroubled && _trouble.Happened < Trouble.Least))
            throw new InvariantBrokenException("too small a history", $"{_history.Changes.Count} changes of {_history.Keys} rows in {_history.Tables} tables, {_trouble.Happened} troubles");
    }

    /// <summary>The account held objects of others at the first start: the operator says that ours may stand beside them.</summary>
    private async Task TellAsync()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(_tells), _world.Outside.Time);
        _around.Tally.Add("brakes: first start told to create");
        _requestChecks.CreatesWait = false;
        await _around.State.SetControlsAsync(await _around.State.ControlsAsync(default) with { CreateAll = true }, default);
    }

    private async Task FeedAsync()
    {
        foreach (var step in _history.Steps)
        {
            if (step.After > TimeSpan.Zero) await Task.Delay(step.After, _world.Outside.Time);
            foreach (var change in step.Unseen) _around.Broker.Lost(change);
            foreach (var change in step.Events) _around.Broker.Append(change);
        }

        await _trouble.OverAsync();
        _world.Say("all fed, no more trouble");
        await SettleAsync();
        if (_history.Changes.Any(c => c.Op == RowOp.Truncate))
        {
            // Who has not read a truncate learns of it after a while, and looks again when a dead process's last writes have come.
            var options = new DeliveryOptions();
            await Task.Delay(2 * options.TakeOverAfter, _world.Outside.Time);
            await SettleAsync();
        }

        await RestAsync();
        _isDone = true;
    }

    /// <summary>Partitions may still change hands, and are read again; but nothing is written any more, not by who stops, either.</summary>
    private async Task RestAsync()
    {
        _requestChecks.IsAtRest = true;
        var before = _world.Steps;
        await Task.Delay(_rest, _world.Outside.Time);
        await SettleAsync();
        _around.Tally.Add("history: seconds at rest", (long)_rest.TotalSeconds);
        _around.Tally.Add("steps at rest", _world.Steps - before);
    }

    private async Task SettleAsync()
    {
        while (!IsSettled())
        {
            await _trouble.ApproveAsync();
            await Task.Delay(TimeSpan.FromSeconds(1), _world.Outside.Time);
        }
    }

    /// <summary>What a dead process left half done is taken over after a while; where nobody does, the history never settles.</summary>
    private bool IsSettled() =>
        !_requestChecks.CreatesWait && _around.Stripe.Open == 0 && !_around.Store.HasLateCalls && _instances.TrueForAll(i => i is { IsUp: true, IsIdle: true }) && _stateChecks.IsAllCommitted && _stateChecks.LeftHalfDone() is null && _stateChecks.LettersUnderWay == 0 && _stateChecks.NotSwept.Count == 0
        && !_around.State.ParkedAsync(null, int.MaxValue, default).GetAwaiter().GetResult().Any(p => p.Reason is ParkReason.Breadth or ParkReason.Paused or ParkReason.UnknownColumn or ParkReason.KeyChange);

    private string Unsettled() =>
        $"stripe open {_around.Stripe.Open}, late calls to the store {_around.Store.HasLateCalls}, idle {string.Join(' ', _instances.Select(i => i.IsIdle))}, not committed {_stateChecks.NotCommitted}, half done {_stateChecks.LeftHalfDone() ?? "nothing"}, {_stateChecks.LettersUnderWay} letters to be tried, not swept {string.Join(' ', _stateChecks.NotSwept)}; {string.Join("; ", _instances.Select(i => i.Load))}";

    private SimulationResult Result(string? invariant, string? failure)
    {
        var tally = _around.Tally;
        foreach (var (what, many) in _history.Counts) tally.Add("op: " + what, many);
        foreach (var kind in _around.State.Audit.GroupBy(a => a.Kind)) tally.Add("effect: " + kind.Key, kind.Count());
        if (_around.Broker.Unreadables.Count > 0) tally.Add("waiting: records that nobody can read", _around.Broker.Unreadables.Count);
        tally.Add("history: changes", _history.Changes.Count);
        tally.Add("history: records", _history.Steps.Sum(s => s.Events.Count));
        tally.Add("history: keys", _history.Keys);
        tally.Add("history: troubles", _trouble.Happened);
        tally.Add("requests", _around.Stripe.Requests);
        tally.Add("steps", _world.Steps);
        return new SimulationResult(_seed, invariant, failure, tally, _world.Steps, _world.Digest);
    }
}
