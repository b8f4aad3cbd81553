using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Control;

/// <summary>The breadth limit: more archives, deletions, recreations or price changes than the mapping allows within its window wait for
/// an operator. Counted over the audit, so over all instances and restarts.</summary>
/// <remarks>The audit is read again when it was read more than five seconds ago. What this process let pass counts at once, what others let
/// pass when it stands in the audit: a burst that several instances take up in the same seconds may pass the limit in each of them once.</remarks>
public sealed class BreadthBrake(Core.Mapping.Mapping mapping, IStateStore store, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    /// <summary>The linked rows are counted one by one: seldom while steps pass, more often where that would hold one.</summary>
    private static readonly TimeSpan LinkedFresh = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LinkedFreshToHold = TimeSpan.FromSeconds(30);
    private readonly Lock _lock = new();
    private readonly KeyedLock<string> _reads = new();
    private readonly Dictionary<(string Resource, string Kind), BreadthPasses> _own = [];
    private IReadOnlyDictionary<(string Resource, string Kind), int> _audited = new Dictionary<(string, string), int>();
    private IReadOnlyDictionary<string, int> _linked = new Dictionary<string, int>();
    private long? _readAt;
    private long? _linkedReadAt;

    /// <summary>Null where the step may go; else why it waits. A step that may go is counted, once until its effect is audited.</summary>
    public async ValueTask<string?> CheckAsync(EntityKey entity, BreadthKind kind, bool approved, CancellationToken cancellationToken)
    {
        if (kind == BreadthKind.None || (kind == BreadthKind.Create && !mapping.Breadth.CountsCreates)) return null;
        await RefreshAsync(LinkedFresh, cancellationToken);
        if (Decide(entity, kind, approved) is null) return null;
        await RefreshAsync(LinkedFreshToHold, cancellationToken);
        return Decide(entity, kind, approved);
    }

    private string? Decide(EntityKey entity, BreadthKind kind, bool approved)
    {
        var counted = (entity.Resource, Name(kind));
        lock (_lock)
        {
            if (!_own.TryGetValue(counted, out var own)) _own[counted] = own = new BreadthPasses();
            if (own.UnderWay.ContainsKey(entity)) return null;
            var passed = _audited.GetValueOrDefault(counted) + own.Count;
            if (!approved && passed >= mapping.Breadth.Allowance(_linked.GetValueOrDefault(entity.Resource))) return Held(entity.Resource, kind, passed);
            own.UnderWay[entity] = time.GetUtcNow();
            return null;
        }
    }

    /// <summary>These effects of this process's stand in the audit.</summary>
    public void Audited(IReadOnlyCollection<AuditEntry> entries)
    {
        lock (_lock)
        {
            foreach (var entry in entries) _own.GetValueOrDefault((entry.Entity.Resource, entry.Kind))?.Written(entry.Entity);
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

    private async ValueTask RefreshAsync(TimeSpan linkedFresh, CancellationToken cancellationToken)
    {
        if (IsFresh(linkedFresh)) return;
        using var turn = await _reads.AcquireAsync(nameof(RefreshAsync));
        if (IsFresh(linkedFresh)) return;
        var since = time.GetUtcNow() - mapping.Breadth.Window;
        List<(BreadthPasses Own, int Held)> held;
        List<EffectUnderWay> underWay;
        lock (_lock)
        {
            held = [.. _own.Values.Select(own => (own, own.BeforeRead(since)))];
            underWay = [.. _own.SelectMany(own => own.Value.UnderWay.Select(pass => new EffectUnderWay(pass.Key, own.Key.Kind, pass.Value)))];
        }

        var audited = await store.EffectsSinceAsync(since, underWay, cancellationToken);
        var linked = IsWithin(_linkedReadAt, linkedFresh) ? null : await store.LinkedCountsAsync(cancellationToken);
        var now = time.GetTimestamp(); // those who waited for this reading need none of their own, however long it took
        lock (_lock)
        {
            foreach (var (own, count) in held) own.Read(count);
            _audited = audited;
            _readAt = now;
            if (linked is null) return;
            _linked = linked;
            _linkedReadAt = now;
        }
    }

    private bool IsFresh(TimeSpan linkedFresh)
    {
        lock (_lock) return IsWithin(_readAt, Fresh) && IsWithin(_linkedReadAt, linkedFresh);
    }

    private bool IsWithin(long? at, TimeSpan age) => at is { } then && time.GetElapsedTime(then) < age;
}
