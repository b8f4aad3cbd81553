namespace CdcStripeSync.Pipeline.Budget;

/// <summary>The requests of one lane that wait, by endpoint, oldest first in each. Not thread-safe.</summary>
internal sealed class WaitingRequests
{
    private readonly Dictionary<string, LinkedList<Waiter>> _byEndpoint = new(StringComparer.Ordinal);

    public int Count { get; private set; }

    /// <summary>One of them goes before more urgent lanes, as soon as its endpoint may be called.</summary>
    public bool IsOwedATurn { get; set; }

    /// <summary>Endpoints that somebody waits for.</summary>
    public IEnumerable<string> Endpoints => _byEndpoint.Where(e => e.Value.Count > 0).Select(e => e.Key);

    public void Add(Waiter waiter)
    {
        if (!_byEndpoint.TryGetValue(waiter.Endpoint, out var list)) _byEndpoint[waiter.Endpoint] = list = new LinkedList<Waiter>();
        waiter.Node = list.AddLast(waiter);
        Count++;
    }

    /// <summary>False where it waits no longer.</summary>
    public bool Remove(Waiter waiter)
    {
        if (waiter.Node?.List is not { } list) return false;
        list.Remove(waiter.Node);
        Count--;
        return true;
    }

    /// <summary>The oldest whose endpoint may be called now.</summary>
    public Waiter? Oldest(Func<string, bool> mayGo)
    {
        if (Count == 0) return null;
        Waiter? oldest = null;
        foreach (var (endpoint, list) in _byEndpoint)
        {
            if (list.First?.Value is { } first && (oldest is null || first.Number < oldest.Number) && mayGo(endpoint)) oldest = first;
        }

        return oldest;
    }
}
