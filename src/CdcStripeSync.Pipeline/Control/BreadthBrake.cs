using System.Collections.Concurrent;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Settling;

namespace CdcStripeSync.Pipeline.Control;

/// <summary>The breadth limit: more archives, deletions, recreations or price changes than the mapping allows within its window wait for
/// an operator. The store counts them, so over all instances and restarts.</summary>
/// <remarks>All that ask while the store is asked go with the next question. The number of linked objects, of which the limit is a share, may be a minute old where a
/// step passes by it; none is held by one that is more than five seconds old.</remarks>
public sealed class BreadthBrake(Core.Mapping.Mapping mapping, IStateStore store, TimeProvider time)
{
    private static readonly TimeSpan FreshToPass = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FreshToHold = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<(string Resource, BreadthKind Kind), GroupedAsk<BreadthAsk, string>> _asks = new();
    private readonly KeyedLock<string> _counting = new();
    private LinkedCounts? _linked;

    /// <summary>Null where the step may go; else why it waits. A step that may go is counted, once until its effect is audited.</summary>
    public async ValueTask<string?> CheckAsync(EntityKey entity, BreadthKind kind, bool approved, CancellationToken cancellationToken)
    {
        if (kind == BreadthKind.None || (kind == BreadthKind.Create && !mapping.Breadth.CountsCreates)) return null;
        var ask = _asks.GetOrAdd((entity.Resource, kind), c => new GroupedAsk<BreadthAsk, string>((asks, token) => HeldAsync(c.Resource, c.Kind, [.. asks], token)));
        return await ask.AskAsync(new BreadthAsk(entity, approved), cancellationToken);
    }

    private async Task<IReadOnlyDictionary<BreadthAsk, string>> HeldAsync(string resource, BreadthKind kind, IReadOnlyList<BreadthAsk> asks, CancellationToken cancellationToken)
    {
        var linked = await LinkedAsync(resource, FreshToPass, cancellationToken);
        var answer = await PassAsync(linked);
        if (answer.Held.Count > 0 && await LinkedAsync(resource, FreshToHold, cancellationToken) is var now && now != linked)
        {
            linked = now;
            answer = await PassAsync(linked);
        }

        return asks.Where(a => answer.Held.Contains(a.Entity)).ToDictionary(a => a, _ => Held(resource, kind, answer.Passed, linked));

        Task<BreadthAnswer> PassAsync(int objects)
        {
            var at = time.GetUtcNow();
            return store.PassAsync(resource, Name(kind), asks, mapping.Breadth.Allowance(objects), at - mapping.Breadth.Window, at, cancellationToken);
        }
    }

    private async ValueTask<int> LinkedAsync(string resource, TimeSpan fresh, CancellationToken cancellationToken)
    {
        using var turn = await _counting.AcquireAsync(nameof(LinkedAsync));
        if (_linked is null || time.GetElapsedTime(_linked.ReadAt) >= fresh)
            _linked = new LinkedCounts(await store.LinkedCountsAsync(cancellationToken), time.GetTimestamp());
        return _linked.ByResource.GetValueOrDefault(resource);
    }

    /// <summary>The audit's word for a kind.</summary>
    public static string Name(BreadthKind kind) => kind switch
    {
        BreadthKind.None => "",
        BreadthKind.Create => "create",
        BreadthKind.Archive => "archive",
        BreadthKind.Delete => "delete",
        BreadthKind.Recreate => "recreate",
        BreadthKind.PriceChange => "price_change",
        _ => throw new InvalidOperationException($"breadth kind {kind}"),
    };

    /// <summary>Why a step waits, with the numbers that it was decided by.</summary>
    private string Held(string resource, BreadthKind kind, long passed, int linked)
    {
        var limit = mapping.Breadth;
        var window = limit.Window.TotalHours % 1 == 0 ? $"{limit.Window.TotalHours:0} h" : limit.Window.TotalMinutes % 1 == 0 ? $"{limit.Window.TotalMinutes:0} min" : $"{limit.Window.TotalSeconds:0} s";
        var done = kind switch
        {
            BreadthKind.Create => "created",
            BreadthKind.Archive => "archived",
            BreadthKind.Delete => "deleted",
            BreadthKind.Recreate => "created anew",
            BreadthKind.PriceChange => "given another amount",
            _ => throw new InvalidOperationException($"breadth kind {kind}"),
        };
        return FormattableString.Invariant(
            $"{done} within {window}: {passed} {resource} {(passed == 1 ? "object" : "objects")}; the mapping's limits.breadth lets {limit.Allowance(linked)} pass ({limit.Share * 100:0.##} % of the {linked} that are linked, but at least {limit.AtLeast})");
    }

    /// <param name="ReadAt">A timestamp of the clock's, taken after the count: counting may take longer than it is fresh for.</param>
    private sealed record LinkedCounts(IReadOnlyDictionary<string, int> ByResource, long ReadAt);
}
