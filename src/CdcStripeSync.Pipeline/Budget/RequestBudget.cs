namespace CdcStripeSync.Pipeline.Budget;

/// <summary>Grants requests: a global and a per-endpoint rate, a bound on those in flight, urgent lanes first and none starving.</summary>
/// <remarks>Every eighth grant goes to a lane other than the live one, in turn. Waiting goes through <see cref="TimeProvider"/> alone.</remarks>
public sealed class RequestBudget(BudgetOptions options, TimeProvider time)
{
    private const int FloorEvery = 8;
    private readonly Lock _lock = new();
    private readonly TokenBucket _global = new(options.PerSecond * (1 - options.Reserve));
    private readonly Dictionary<string, TokenBucket> _endpoints = new(StringComparer.Ordinal);
    private readonly LinkedList<Waiter>[] _waiting = [new(), new(), new(), new()];
    private readonly long _start = time.GetTimestamp();
    private ITimer? _timer;
    private int _inFlight;
    private int _granted;

    /// <summary>Requests waiting, by lane.</summary>
    public IReadOnlyList<int> Waiting
    {
        get
        {
            lock (_lock) return [.. _waiting.Select(w => w.Count)];
        }
    }

    /// <summary>Waits for a grant; it must be given back with <see cref="Done"/>.</summary>
    /// <param name="endpoint">Method and path template: <c>POST /v1/prices/{id}</c>.</param>
    public async Task AcquireAsync(RequestLane lane, string endpoint, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            waiter = new Waiter(endpoint);
            waiter.Node = _waiting[(int)lane].AddLast(waiter);
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
    /// <param name="rateLimitedReason">Stripe's reason where it answered 429: the bucket that it names slows down.</param>
    public void Done(string endpoint, string? rateLimitedReason)
    {
        lock (_lock)
        {
            _inFlight--;
            switch (rateLimitedReason)
            {
                case "global-rate" or "global-concurrency": _global.Refused(); break;
                case "endpoint-rate" or "endpoint-concurrency" or "resource-specific": Endpoint(endpoint).Refused(); break;
            }

            Grant();
        }
    }

    private void Abandon(Waiter waiter)
    {
        lock (_lock)
        {
            if (waiter.Node?.List is not { } list) return;
            list.Remove(waiter.Node);
        }

        waiter.Granted.TrySetCanceled();
    }

    /// <summary>Grants what can be granted now and sets the timer for the next. Under the lock.</summary>
    private void Grant()
    {
        var now = time.GetElapsedTime(_start);
        _global.Refill(now);
        foreach (var bucket in _endpoints.Values) bucket.Refill(now);
        while (_inFlight < options.MaxConcurrency && _global.HasToken && Next() is { } waiter)
        {
            _global.Take();
            Endpoint(waiter.Endpoint).Take();
            _inFlight++;
            _granted++;
            waiter.Node!.List!.Remove(waiter.Node);
            waiter.Granted.TrySetResult();
        }

        Schedule();
    }

    private Waiter? Next()
    {
        if (_granted % FloorEvery != FloorEvery - 1) return First(_waiting);
        var others = _waiting.Length - 1;
        var turn = _granted / FloorEvery % others;
        return First(Enumerable.Range(0, others).Select(i => _waiting[1 + ((turn + i) % others)])) ?? First(_waiting);
    }

    private Waiter? First(IEnumerable<LinkedList<Waiter>> lanes) => lanes.SelectMany(l => l).FirstOrDefault(w => Endpoint(w.Endpoint).HasToken);

    private void Schedule()
    {
        if (_inFlight >= options.MaxConcurrency || _waiting.All(w => w.Count == 0)) return;
        var wait = TimeSpan.MaxValue;
        foreach (var waiter in _waiting.SelectMany(w => w))
        {
            var own = Endpoint(waiter.Endpoint).TimeToToken;
            wait = own < wait ? own : wait;
        }

        wait = wait > _global.TimeToToken ? wait : _global.TimeToToken;
        wait = TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(wait.TotalMilliseconds)));
        _timer ??= time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void Tick()
    {
        lock (_lock) Grant();
    }

    private TokenBucket Endpoint(string endpoint)
    {
        if (_endpoints.TryGetValue(endpoint, out var bucket)) return bucket;
        bucket = new TokenBucket(options.PerEndpoint * (1 - options.Reserve));
        bucket.Refill(time.GetElapsedTime(_start));
        return _endpoints[endpoint] = bucket;
    }

    private sealed class Waiter(string endpoint)
    {
        public string Endpoint { get; } = endpoint;

        public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public LinkedListNode<Waiter>? Node { get; set; }
    }
}
