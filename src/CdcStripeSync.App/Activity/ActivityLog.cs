using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Observing;
using CdcStripeSync.Pipeline.Ordering;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Activity;

/// <summary>Counts what delivery does and keeps the newest of it: what the page, the metrics and a replay's counts are made of. Thread-safe.</summary>
internal sealed class ActivityLog(TimeProvider time) : SilentObserver
{
    private const int MostRequests = 60;

    /// <summary>Seconds for which what a settled change took says how fresh Stripe is.</summary>
    private const double Fresh = 120;
    private readonly Lock _lock = new();
    private readonly LinkedList<SentRequest> _requests = new();
    private readonly Dictionary<EntityKey, ParkedRow> _parked = [];

    /// <summary>Changes of rows that wait: whether they need a request shows when the row goes on.</summary>
    private readonly Dictionary<EntityKey, int> _waited = [];

    /// <summary>Rows that are worked on, by when the oldest live change of each was committed (seconds of Unix time).</summary>
    private readonly Dictionary<EntityKey, double> _underWay = [];

    private readonly Dictionary<string, long> _skipped = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _judged = new(StringComparer.Ordinal);
    private readonly List<double> _freshness = [];
    private (double At, double Took)? _newest;
    private long _unchanged;
    private readonly List<string> _alarms = [];

    public long Requests { get; private set; }

    /// <summary>Requests that Stripe refused for good: a person is needed. What is tried again, found, done otherwise, or goes on by itself does not count.</summary>
    public long RefusedCount { get; private set; }

    /// <summary>GETs, in delivery and outside of it.</summary>
    public long Reads { get; private set; }

    /// <summary>Settlements of rows, and records that needed none: while records flow, it grows.</summary>
    public long SettledCount { get; private set; }

    /// <summary>Changes that led to at least one request, alone or folded with others.</summary>
    public long NeededARequest { get; private set; }

    /// <summary>Letters that this process wrote.</summary>
    public long DeadLetters { get; private set; }

    /// <summary>Seconds from the commit in the database to Stripe's answer: what the newest settled change took, or what the oldest that is under way has taken
    /// until now, whichever is more. Null where no live change is under way and none needed a request for a while.</summary>
    public double? CurrentFreshness
    {
        get
        {
            lock (_lock)
            {
                double? oldest = _underWay.Count > 0 ? Now - _underWay.Values.Min() : null;
                double? newest = _newest is { } settled && Now - settled.At < Fresh ? settled.Took : null;
                return oldest is { } waits && newest is { } took ? Math.Max(waits, took) : oldest ?? newest;
            }
        }
    }

    public IReadOnlyList<SentRequest> Recent
    {
        get
        {
            lock (_lock) return [.. _requests];
        }
    }

    /// <summary>Rows that this process parked and has not let go; what other processes parked, the store alone knows.</summary>
    public IReadOnlyDictionary<EntityKey, ParkedRow> Waiting
    {
        get
        {
            lock (_lock) return new Dictionary<EntityKey, ParkedRow>(_parked);
        }
    }

    public IReadOnlyList<string> Alarms
    {
        get
        {
            lock (_lock) return [.. _alarms];
        }
    }

    /// <summary>Seconds from commit to Stripe's answer of every live change that took a request, in order of settling.</summary>
    public IReadOnlyList<double> Freshness
    {
        get
        {
            lock (_lock) return [.. _freshness];
        }
    }

    public IReadOnlyDictionary<string, long> Counts
    {
        get
        {
            lock (_lock)
            {
                var counts = new SortedDictionary<string, long>(StringComparer.Ordinal)
                {
                    ["requests"] = Requests,
                    ["requests_refused"] = RefusedCount,
                    ["changes_that_needed_a_request"] = NeededARequest,
                    ["dead_letters"] = DeadLetters,
                    ["parked"] = _parked.Count,
                    ["changes"] = _judged.Values.Sum(),
                    ["changes_unchanged"] = _unchanged,
                };
                foreach (var (kind, count) in _skipped) counts["skipped_" + kind] = count;
                foreach (var (verdict, count) in _judged) counts["changes_" + verdict] = count;
                return counts;
            }
        }
    }

    /// <summary>A read outside of delivery.</summary>
    public void CountRead()
    {
        lock (_lock) Reads++;
    }

    /// <summary>Starts freshness figures anew.</summary>
    public void ForgetFreshness()
    {
        lock (_lock) _freshness.Clear();
    }

    public override void Skipped(RecordOrigin origin, SkippedKind kind, Instant? sourceTime)
    {
        lock (_lock)
        {
            SettledCount++;
            Add(_skipped, kind.ToString().ToLowerInvariant());
        }
    }

    public override void Judged(EntityKey key, ChangeEvent change, string verdict)
    {
        lock (_lock)
        {
            Add(_judged, verdict.ToLowerInvariant());
            if (verdict == nameof(Verdict.Stale) || change is not { Snapshot: SnapshotKind.Streamed, CommittedAt: { } at }) return;
            _underWay[key] = Math.Min(Seconds(at), _underWay.GetValueOrDefault(key, double.MaxValue));
        }
    }

    public override void Unchanged(RecordOrigin origin)
    {
        lock (_lock)
        {
            SettledCount++;
            _unchanged++;
            Add(_judged, "apply");
        }
    }

    public override void Sent(EntityKey key, StripeRequest request, StripeOutcome outcome, TimeSpan latency)
    {
        var (text, succeeded) = outcome switch
        {
            StripeOutcome.Success => ("200", true),
            StripeOutcome.Refused refused => ($"{refused.Error.Status} {refused.Error.Message}", false),
            StripeOutcome.NoAnswer none => ("no answer: " + none.Reason, false),
            _ => throw new InvalidOperationException(outcome.GetType().Name),
        };
        var form = Uri.UnescapeDataString(request.Form.Replace("&", "  ", StringComparison.Ordinal));
        lock (_lock)
        {
            Requests++;
            if (request.Method == StripeMethod.Get) Reads++;
            _requests.AddFirst(new SentRequest(time.GetUtcNow(), $"{request.Method.ToString().ToUpperInvariant()} {request.Path}", form, text, succeeded, latency.TotalMilliseconds, request.Cause));
            if (_requests.Count > MostRequests) _requests.RemoveLast();
        }
    }

    public override void Refused(string message)
    {
        lock (_lock) RefusedCount++;
    }

    public override void Settled(EntityState state, Instant? committedAt, int requests, int changes, bool live)
    {
        lock (_lock)
        {
            SettledCount++;
            _underWay.Remove(state.Key);
            _waited.Remove(state.Key, out var waited);
            if (requests > 0) NeededARequest += changes + waited;
            else if (_parked.ContainsKey(state.Key) && changes + waited > 0) _waited[state.Key] = changes + waited;
            if (requests == 0 || !live || committedAt is not { } at) return;
            _newest = (Now, Now - Seconds(at));
            _freshness.Add(_newest.Value.Took);
            if (_freshness.Count > 100_000) _freshness.RemoveRange(0, 50_000);
        }
    }

    public override void Parked(ParkedRow row)
    {
        lock (_lock) _parked[row.Key] = row;
    }

    public override void Unparked(EntityKey key)
    {
        lock (_lock) _parked.Remove(key);
    }

    public override void DeadLettered(DeadLetter letter)
    {
        lock (_lock) DeadLetters++;
    }

    public override void Alarm(string message, string hint)
    {
        lock (_lock)
        {
            _alarms.Add($"{message} ({hint})");
            if (_alarms.Count > 50) _alarms.RemoveAt(0);
        }
    }

    private double Now => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    private static double Seconds(Instant at) => at.Seconds + (at.Nanos / 1e9);

    private static void Add(Dictionary<string, long> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;
}
