namespace CdcStripeSync.Pipeline.Budget;

/// <summary>Grants requests: a global and a per-endpoint rate, a bound on those in flight that follows latency, urgent lanes first and none starving.</summary>
/// <remarks>Every eighth turn is owed to a lane behind the first that waits, in turn, and kept until one of its requests can use it. Waiting goes through
/// <see cref="TimeProvider"/> alone.</remarks>
public sealed class RequestBudget
{
    private const int FloorEvery = 8;
    private readonly BudgetOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly TokenBucket _global;
    private readonly Dictionary<string, TokenBucket> _endpoints = new(StringComparer.Ordinal);
    private readonly ConcurrencyLimit _concurrency;
    private readonly WaitingRequests[] _lanes = [.. Enum.GetValues<RequestLane>().Select(_ => new WaitingRequests())];
    private readonly long _start;
    private readonly Func<string, bool> _mayGo;
    private ITimer? _timer;
    private double _share = 1;
    private TimeSpan _shareEnds = TimeSpan.MaxValue;
    private int _inFlight;
    private long _granted;
    private int _lastOwed;
    private long _asked;

    public RequestBudget(BudgetOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _start = time.GetTimestamp();
        _global = new TokenBucket(Rate(options.PerSecond));
        _concurrency = new ConcurrencyLimit(options.MaxConcurrency);
        _mayGo = endpoint => Endpoint(endpoint).HasToken;
    }

    /// <summary>Requests waiting, by lane.</summary>
    public IReadOnlyList<int> Waiting
    {
        get
        {
            lock (_lock) return [.. _lanes.Select(w => w.Count)];
        }
    }

    /// <summary>Requests that may be under way now, by how fast answers come.</summary>
    public int Concurrency
    {
        get
        {
            lock (_lock) return _concurrency.Now;
        }
    }

    /// <summary>Requests that wait or are under way.</summary>
    public int Demand
    {
        get
        {
            lock (_lock) return _inFlight + _lanes.Sum(w => w.Count);
        }
    }

    /// <summary>The share of the account's rates that this process uses now, 0 to 1.</summary>
    public double Share
    {
        get
        {
            lock (_lock) return _time.GetElapsedTime(_start) < _shareEnds ? _share : 0;
        }
    }

    /// <summary>From now until its lease ends this process may use a share of the account's rates; afterwards nothing, until it is renewed.</summary>
    /// <param name="share">0 to 1.</param>
    /// <param name="askedAt">The time stamp (<see cref="TimeProvider.GetTimestamp"/>) taken before the share was asked for: the lease runs from there.</param>
    public void SetShare(double share, long askedAt, TimeSpan lease)
    {
        lock (_lock)
        {
            _share = share;
            _shareEnds = _time.GetElapsedTime(_start, askedAt) + lease;
            _global.SetFullRate(Rate(_options.PerSecond));
            foreach (var bucket in _endpoints.Values) bucket.SetFullRate(Rate(_options.PerEndpoint));
            Grant();
        }
    }

    /// <summary>Waits for a grant; it must be given back with <see cref="Done"/>.</summary>
    /// <param name="endpoint">Method and path template: <c>POST /v1/prices/{id}</c>.</param>
    public async Task AcquireAsync(RequestLane lane, string endpoint, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            waiter = new Waiter(_lanes[(int)lane], endpoint, _asked++);
            waiter.Lane.Add(waiter);
            Grant();
        }

        await using var registration = cancellationToken.UnsafeRegister(state => Abandon((Waiter)state!), waiter);
        await waiter.Granted.Task;
    }

    /// <summary>The grant was not used: its tokens flow back.</summary>
    public void Return(string endpoint)
    {
        lock (_lock)
        {
            _inFlight--;
            _global.GiveBack();
            Endpoint(endpoint).GiveBack();
            Grant();
        }
    }

    /// <summary>The request has ended.</summary>
    /// <param name="rateLimitedReason">Stripe's reason where it answered 429: what it names slows down.</param>
    /// <param name="took">How long the answer took; null where none came.</param>
    public void Done(string endpoint, string? rateLimitedReason, TimeSpan? took)
    {
        lock (_lock)
        {
            switch (rateLimitedReason)
            {
                case "global-rate": _global.Refused(); break;
                case "endpoint-rate" or "resource-specific": Endpoint(endpoint).Refused(); break;
                case "global-concurrency" or "endpoint-concurrency": _concurrency.Refused(); break;
                case null when took is { } time: _concurrency.Answered(endpoint, time, wasFull: _inFlight >= _concurrency.Now); break;
            }

            _inFlight--;

            Grant();
        }
    }

    private double Rate(double whole) => whole * (1 - _options.Reserve) * _share;

    private void Abandon(Waiter waiter)
    {
        lock (_lock)
        {
            if (!waiter.Lane.Remove(waiter)) return;
        }

        waiter.Granted.TrySetCanceled();
    }

    /// <summary>Grants what can be granted now and sets the timer for the next. Under the lock.</summary>
    private void Grant()
    {
        var now = _time.GetElapsedTime(_start);
        _global.Refill(now);
        foreach (var bucket in _endpoints.Values) bucket.Refill(now);
        if (now >= _shareEnds) return;
        while (_inFlight < _concurrency.Now && _global.HasToken && Next() is { } waiter)
        {
            _global.Take();
            Endpoint(waiter.Endpoint).Take();
            _inFlight++;
            waiter.Lane.Remove(waiter);
            if (++_granted % FloorEvery == FloorEvery - 1) OweATurn(Array.IndexOf(_lanes, waiter.Lane));
            waiter.Granted.TrySetResult();
        }

        Schedule();
    }

    /// <param name="granted">The lane that has just been granted one, though nothing may wait there any more.</param>
    private void OweATurn(int granted)
    {
        var waiting = Array.FindIndex(_lanes, l => l.Count > 0);
        var first = waiting < 0 ? granted : Math.Min(waiting, granted);
        for (var i = 1; i <= _lanes.Length; i++)
        {
            var next = (_lastOwed + i) % _lanes.Length;
            if (next <= first || _lanes[next] is { Count: 0 } or { IsOwedATurn: true }) continue;
            _lanes[next].IsOwedATurn = true;
            _lastOwed = next;
            return;
        }
    }

    private Waiter? Next()
    {
        foreach (var lane in _lanes)
        {
            if (!lane.IsOwedATurn || lane.Oldest(_mayGo) is not { } floor) continue;
            lane.IsOwedATurn = false;
            return floor;
        }

        foreach (var lane in _lanes)
        {
            if (lane.Oldest(_mayGo) is { } urgent) return urgent;
        }

        return null;
    }

    private void Schedule()
    {
        if (_inFlight >= _concurrency.Now) return;
        var wait = TimeSpan.MaxValue;
        foreach (var lane in _lanes)
        {
            if (lane.Count == 0) continue;
            foreach (var endpoint in lane.Endpoints)
            {
                var own = Endpoint(endpoint).TimeToToken;
                wait = own < wait ? own : wait;
            }
        }

        if (wait == TimeSpan.MaxValue) return;
        wait = wait > _global.TimeToToken ? wait : _global.TimeToToken;
        wait = TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(wait.TotalMilliseconds)));
        _timer ??= _time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void Tick()
    {
        lock (_lock) Grant();
    }

    private TokenBucket Endpoint(string endpoint)
    {
        if (_endpoints.TryGetValue(endpoint, out var bucket)) return bucket;
        bucket = new TokenBucket(Rate(_options.PerEndpoint));
        bucket.Refill(_time.GetElapsedTime(_start));
        return _endpoints[endpoint] = bucket;
    }
}
