using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Control;

/// <summary>The breadth limit: more archives, deletions, recreations or price changes than the mapping allows within its window wait for
/// an operator. Counted over the audit, so over all instances and restarts.</summary>
public sealed class BreadthBrake(Core.Mapping.Mapping mapping, IStateStore store, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Resource, string Kind), List<DateTimeOffset>> _recent = [];
    private IReadOnlyDictionary<string, int> _linked = new Dictionary<string, int>();
    private DateTimeOffset _linkedAt = DateTimeOffset.MinValue;
    private bool _loaded;

    /// <summary>Null where the step may go; else why it waits. A step that may go is counted.</summary>
    public async ValueTask<string?> CheckAsync(string resource, BreadthKind kind, bool approved, CancellationToken cancellationToken)
    {
        if (kind == BreadthKind.None || (kind == BreadthKind.Create && !mapping.Breadth.CountsCreates)) return null;
        await LoadAsync(cancellationToken);
        var now = time.GetUtcNow();
        var name = Name(kind);
        lock (_lock)
        {
            if (!_recent.TryGetValue((resource, name), out var times)) _recent[(resource, name)] = times = [];
            times.RemoveAll(t => t < now - mapping.Breadth.Window);
            if (!approved && times.Count >= mapping.Breadth.Allowance(_linked.GetValueOrDefault(resource))) return Held(resource, kind, times.Count);
            times.Add(now);
            return null;
        }
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
    private string Held(string resource, BreadthKind kind, int passed)
    {
        var limit = mapping.Breadth;
        var linked = _linked.GetValueOrDefault(resource);
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

    private async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!_loaded)
        {
            var counts = await store.EffectsSinceAsync(now - mapping.Breadth.Window, cancellationToken);
            lock (_lock)
            {
                if (!_loaded)
                {
                    foreach (var (key, count) in counts) _recent[key] = [.. Enumerable.Repeat(now, count)];
                }

                _loaded = true;
            }
        }

        if (now - _linkedAt < Fresh) return;
        _linked = await store.LinkedCountsAsync(cancellationToken);
        _linkedAt = now;
    }
}
