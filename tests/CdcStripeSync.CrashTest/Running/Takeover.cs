using System.Globalization;
using CdcStripeSync.CrashTest.History;
using CdcStripeSync.CrashTest.Processes;
using CdcStripeSync.CrashTest.Wire;

namespace CdcStripeSync.CrashTest.Running;

/// <summary>How long the rows of one of two instances stand still when it is killed, pauses, or is told to stop; with the settings as they ship.</summary>
internal sealed class Takeover
{
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    /// <summary>The mock cluster ends a rebalance a second before the session time-out, whoever has joined meanwhile; a broker ends it when all have.</summary>
    /// <remarks>Source: librdkafka's rdkafka_mock_cgrp.c, rd_kafka_mock_cgrp_classic_rebalance.</remarks>
    public static readonly TimeSpan MockWait = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly ShopDatabase _shop = new();
    private readonly List<long> _keys = [.. Enumerable.Range(1, 18).Select(n => (long)n)];
    private readonly RecordWriter _writer = new(RecordedSchemas.Load());
    private readonly Stage _stage;
    private int _round;

    private Takeover(Stage stage) => _stage = stage;

    /// <returns>How long the lost rows stood still after <c>kill -9</c> and after SIGTERM, and how many rows moved because of a pause of 5 s.</returns>
    public static async Task<(TimeSpan Killed, TimeSpan Told, int MovedByAPause)> MeasureAsync(StateServer state, CrashTestOptions options, CancellationToken cancellationToken)
    {
        await using var stage = await Stage.StartAsync(state, 0, 2, 1, options with { SessionTimeout = TimeSpan.Zero }, new RunLog(), cancellationToken);
        RecordedSchemas.Load().PutInto(stage.Registry.Schemas);
        var measure = new Takeover(stage);
        foreach (var instance in stage.Instances) instance.Start();
        await measure.BothAsync(cancellationToken);

        var mine = await measure.RowsOfAsync(0, cancellationToken);
        stage.Instances[0].Stop();
        await measure.FeedAsync(TimeSpan.FromSeconds(5), cancellationToken);
        stage.Instances[0].Continue();
        await measure.FeedAsync(TimeSpan.FromSeconds(3), cancellationToken);
        var moved = mine.Intersect(await measure.RowsOfAsync(1, cancellationToken)).Count();

        await measure.BothAsync(cancellationToken);
        mine = await measure.RowsOfAsync(0, cancellationToken);
        stage.Instances[0].Kill();
        var killed = await measure.UntilTheyMoveAsync(mine, cancellationToken);

        stage.Instances[0].Start();
        await measure.BothAsync(cancellationToken);
        mine = await measure.RowsOfAsync(0, cancellationToken);
        stage.Instances[0].Terminate();
        return (killed, await measure.UntilTheyMoveAsync(mine, cancellationToken), moved);
    }

    /// <summary>Feeds until both instances work on rows.</summary>
    private async Task BothAsync(CancellationToken cancellationToken)
    {
        var began = _stage.Log.Elapsed;
        while ((await RowsOfAsync(0, cancellationToken)).Count == 0 || (await RowsOfAsync(1, cancellationToken)).Count == 0)
        {
            if (_stage.Log.Elapsed - began > Patience) throw new InvalidOperationException($"the two instances do not share the rows after {Patience.TotalSeconds} s: {string.Join(" | ", _stage.Instances.SelectMany(i => i.Said.TakeLast(3)))}");
        }

        await FeedAsync(TimeSpan.FromSeconds(3), cancellationToken); // the last rebalance settles
    }

    /// <summary>The rows whose newest change this instance sends.</summary>
    private async Task<HashSet<long>> RowsOfAsync(int who, CancellationToken cancellationToken)
    {
        _stage.StripeProxies[who].Sent.Clear();
        await FeedAsync(TimeSpan.FromSeconds(1.5), cancellationToken);
        return [.. _keys.Where(k => _stage.StripeProxies[who].Sent.Keys.Any(s => s.EndsWith(Mark(k), StringComparison.Ordinal)))];
    }

    /// <summary>Until the other instance has sent a change of each of these rows.</summary>
    private async Task<TimeSpan> UntilTheyMoveAsync(HashSet<long> rows, CancellationToken cancellationToken)
    {
        var began = _stage.Log.Elapsed;
        var other = _stage.StripeProxies[1].Sent;
        other.Clear();
        while (!rows.All(k => other.Keys.Any(s => s.EndsWith(Mark(k), StringComparison.Ordinal))))
        {
            await FeedAsync(Pace, cancellationToken);
            if (_stage.Log.Elapsed - began > Patience) throw new InvalidOperationException($"rows stand still after {Patience.TotalSeconds} s");
        }

        return other.Where(s => rows.Any(k => s.Key.EndsWith(Mark(k), StringComparison.Ordinal))).GroupBy(s => s.Key[s.Key.IndexOf("row", StringComparison.Ordinal)..])
            .Max(g => g.Min(s => s.Value)) - began;
    }

    private async Task FeedAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        for (var began = _stage.Log.Elapsed; _stage.Log.Elapsed - began < time; await Task.Delay(Pace, cancellationToken))
        {
            _round++;
            foreach (var key in _keys)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"v{_round}{Mark(key)}");
                // Of nine partitions one instance has four at least: never only those of prices, which have no rows here.
                if (key % 2 == 0)
                {
                    if (_round == 1) _shop.Insert("customers", key, ("email", $"c{key}@shop.example"), ("full_name", name), ("tax_exempt", false));
                    else _shop.Update("customers", key, ("full_name", name));
                }
                else if (_round == 1) _shop.Insert("products", key, ("sku", $"SKU-{key}"), ("name", name), ("status", "active"), ("attributes", "{}"));
                else _shop.Update("products", key, ("name", name));
            }

            foreach (var change in _shop.Commit()) await _stage.Kafka.AppendAsync(change, _writer.Of(change), cancellationToken);
        }
    }

    private static string Mark(long key) => string.Create(CultureInfo.InvariantCulture, $"row{key}.");
}
