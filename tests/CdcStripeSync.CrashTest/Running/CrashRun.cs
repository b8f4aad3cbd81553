using System.Collections.Concurrent;
using CdcStripeSync.CrashTest.Checks;
using CdcStripeSync.CrashTest.Faults;
using CdcStripeSync.CrashTest.History;
using CdcStripeSync.CrashTest.Model;
using CdcStripeSync.CrashTest.Processes;
using CdcStripeSync.CrashTest.Wire;

namespace CdcStripeSync.CrashTest.Running;

/// <summary>One seed: a history is fed while things go wrong; then everything settles and is compared.</summary>
internal sealed class CrashRun
{
    private const string NoLook = "no look at Kafka or the store";
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(20);

    /// <summary>Long enough for what an instance looks after every second, and for a request that was on its way.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    private readonly CrashTestOptions _options;
    private readonly RunLog _log = new();
    private readonly ulong _seed;
    private readonly ShopHistory _history;
    private readonly FaultPlan _plan;
    private readonly ShopModel _model;
    private readonly List<FedRecord> _fed = [];
    private readonly ConcurrentQueue<BrokenException> _broken = [];
    private Stage _stage = null!;
    private TimeSpan _settling;

    private CrashRun(ulong seed, CrashTestOptions options)
    {
        (_seed, _options) = (seed, options);
        _history = ShopHistory.Of(new Chance(seed).Fork(1));
        _plan = FaultPlan.Of(new Chance(seed).Fork(2));
        _model = ShopModel.Of(_history.Changes);
    }

    public static async Task<RunResult> OfAsync(ulong seed, StateServer state, CrashTestOptions options, CancellationToken cancellationToken)
    {
        var run = new CrashRun(seed, options);
        BrokenException? broken;
        var requests = 0;
        await using (run._stage = await Stage.StartAsync(state, seed, run._plan.Starts.Count, run._plan.Brokers, options, run._log, cancellationToken))
        {
            broken = await run.RunAsync(cancellationToken) ?? run._broken.FirstOrDefault();
            requests = run._stage.Stripe.Requests.Count;
            if (broken is not null || options.Trace) run.Tell();
        }

        return new RunResult(seed, broken?.Invariant, broken?.Message, run._log.Counts, run._history.Counts, broken is not null || options.Trace ? run._log.Lines : [], run._log.Elapsed, run._fed.Count, requests, run._settling);
    }

    private async Task<BrokenException?> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var hands = new FaultHands(_stage, AuditAsync, stop.Token);
        var supervising = hands.SuperviseAsync();
        List<Task> faults = [];
        try
        {
            RecordedSchemas.Load().PutInto(_stage.Registry.Schemas);
            for (var i = 0; i < _plan.Starts.Count; i++) if (_plan.Starts[i] == TimeSpan.Zero) hands.Want(i);
            await FeedAsync(_history.Steps.Take(1), stop.Token);
            await FirstEffectAsync(stop.Token);
            var zero = _log.Elapsed;
            _log.Say("the first effect is there: the rest is fed, and things go wrong");
            faults.AddRange(_plan.Faults.Select(f => LaterAsync(f, hands, stop.Token)));
            for (var i = 0; i < _plan.Starts.Count; i++)
            {
                var who = i;
                faults.Add(LaterAsync(new PlannedFault(_plan.Starts[i], "late start", h =>
                {
                    h.Want(who);
                    return Task.CompletedTask;
                }), hands, stop.Token));
            }

            await FeedAsync(_history.Steps.Skip(1), stop.Token);
            _log.Say($"{_fed.Count} records are fed");
            var last = _plan.Faults.Count == 0 ? TimeSpan.Zero : _plan.Faults[^1].At;
            while (_log.Elapsed - zero < last) await Task.Delay(20, stop.Token);
            await Task.WhenAny(Task.WhenAll(faults), Task.Delay(TimeSpan.FromSeconds(4), stop.Token)); // one may wait for a request that never comes
            await hands.PutRightAsync();
            return await SettleAsync(hands, stop.Token);
        }
        finally
        {
            await stop.CancelAsync();
            await supervising;
            await Task.WhenAll(faults);
        }
    }

    private async Task FirstEffectAsync(CancellationToken cancellationToken)
    {
        while (!_stage.Stripe.Requests.Any(r => r is { Method: "POST", Status: 200 }) && _log.Elapsed < FirstPatience) await Task.Delay(20, cancellationToken);
    }

    private async Task FeedAsync(IEnumerable<HistoryStep> steps, CancellationToken cancellationToken)
    {
        var writer = new RecordWriter(RecordedSchemas.Load());
        foreach (var step in steps)
        {
            if (step.After > TimeSpan.Zero) await Task.Delay(step.After, cancellationToken);
            foreach (var change in step.Changes)
            {
                var fed = await _stage.Kafka.AppendAsync(change, writer.Of(change), cancellationToken);
                lock (_fed) _fed.Add(fed);
                _log.Say($"{fed.Topic}/{fed.Partition}/{fed.Offset} {change}");
            }
        }
    }

    private async Task<BrokenException?> SettleAsync(FaultHands hands, CancellationToken cancellationToken)
    {
        var began = _log.Elapsed;
        var quiet = 0;
        while (true)
        {
            var open = await LookAsync(cancellationToken);
            if (open is null) _settling = quiet == 0 ? _log.Elapsed - began : _settling;
            quiet = open is null ? quiet + 1 : 0;
            if (_broken.TryPeek(out var broken)) return broken;
            if (quiet == 3) break;
            if (open is not null && _log.Elapsed - began > _options.Patience) return open;
            await Task.Delay(open is null ? 60 : 100, cancellationToken);
        }

        if (await RestAsync(cancellationToken) is { } restless) return restless;
        if (hands.Unexplained is { } ending) return new BrokenException("an instance broke", ending.ToString());
        return WriteCheck.Deleted(_stage.Stripe.Requests) ?? new OrderCheck(_model, _stage.Stripe.Objects()).Broken(_stage.Stripe.Requests);
    }

    /// <summary>Everything has settled: it stays so, and nothing is written any more.</summary>
    private async Task<BrokenException?> RestAsync(CancellationToken cancellationToken)
    {
        var before = WriteCheck.Count(_stage.Stripe.Requests);
        await Task.Delay(Rest, cancellationToken);
        BrokenException? open;
        for (var began = _log.Elapsed; (open = await LookAsync(cancellationToken)) is { Invariant: NoLook } && _log.Elapsed - began < FirstPatience;) await Task.Delay(100, cancellationToken);
        return WriteCheck.Beyond(before, _stage.Stripe.Requests) ?? open;
    }

    private async Task<BrokenException?> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await OpenAsync(cancellationToken);
        }
        catch (Exception e) when (e is Confluent.Kafka.KafkaException or Npgsql.NpgsqlException)
        {
            return new BrokenException(NoLook, e.Message);
        }
    }

    /// <summary>What is not yet as it has to be in the end.</summary>
    private async Task<BrokenException?> OpenAsync(CancellationToken cancellationToken)
    {
        var committed = _stage.Kafka.Committed();
        if (_stage.Kafka.Ends().Where(e => committed.GetValueOrDefault(e.Key) != e.Value).Select(e => $"{e.Key.Topic}/{e.Key.Partition} committed {committed.GetValueOrDefault(e.Key)} of {e.Value}").FirstOrDefault() is { } behind)
            return new BrokenException("not settled", behind);
        var facts = await StoredFacts.ReadAsync(_stage.State.ConnectionString("postgres"), _stage.Schema, cancellationToken);
        if (facts.Unfinished.Count > 0) return new BrokenException("left unfinished", facts.Unfinished[0]);
        if (Letters(facts) is { } letters) return letters;
        var catalogue = new CatalogueCheck(_model, _stage.Stripe.Objects());
        if (facts.Reasons.FirstOrDefault(r => r.Value.Reason != StoredFacts.Parent || _model.Line(r.Key) is not { } line || !catalogue.MayWait(line)) is { Key: not null } waits)
            return new BrokenException("waits without need", $"{waits.Key}: {waits.Value.Message}");
        return catalogue.Difference();
    }

    /// <summary>Every unreadable record is kept, and nothing else is.</summary>
    private BrokenException? Letters(StoredFacts facts)
    {
        var unreadable = _fed.Where(f => f.Change.Op == RowOp.Poison).Select(f => (f.Topic, f.Partition, f.Offset)).ToHashSet();
        if (unreadable.SetEquals(facts.Letters)) return null;
        return new BrokenException("dead letters", $"{unreadable.Count} records are unreadable, {facts.Letters.Count} are kept: {string.Join("; ", facts.LetterErrors)}");
    }

    /// <summary>Nobody lives: what was committed has to stand.</summary>
    private async Task AuditAsync()
    {
        try
        {
            var committed = _stage.Kafka.Committed();
            var facts = await StoredFacts.ReadAsync(_stage.State.ConnectionString("postgres"), _stage.Schema, CancellationToken.None);
            List<FedRecord> fed;
            lock (_fed) fed = [.. _fed];
            _log.Say($"nobody lives: {committed.Values.Sum()} of {fed.Count} records are committed, {facts.Waiting.Count} rows wait, {facts.Unfinished.Count} are unfinished");
            if (new OffsetCheck(_model, fed).Broken(committed, facts, _stage.Stripe.Objects()) is { } broken) _broken.Enqueue(broken);
            else _log.Fault("offsets audited with all dead");
        }
        catch (Exception e) when (e is Confluent.Kafka.KafkaException or Npgsql.NpgsqlException)
        {
            _log.Say($"no audit: {e.Message}"); // Kafka or the store is away, too
        }
    }

    /// <summary>A fault that cannot be brought about fails the run: without it the run shows less than it is counted for.</summary>
    private async Task LaterAsync(PlannedFault fault, FaultHands hands, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(fault.At, cancellationToken);
            await fault.Do(hands);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run is over.
        }
        catch (Exception e)
        {
            _broken.Enqueue(new BrokenException("a fault could not be brought about", $"{fault.What}: {e}"));
        }
    }

    /// <summary>The requests and what the instances said, for a person to read.</summary>
    private void Tell()
    {
        foreach (var r in _stage.Stripe.Requests)
            _log.Say($"request {r.At:HH:mm:ss.fff} {r.Status}{(r.Replayed ? " replayed" : "")} {r.Method} {r.Path} {string.Join(' ', r.Parameters.Select(p => $"{p.Key}={p.Value}"))} key {r.IdempotencyKey} cause {r.Cause}");
        foreach (var instance in _stage.Instances) instance.Said.ToList().ForEach(l => _log.Say($"{instance.Name} said {l}"));
    }
}
