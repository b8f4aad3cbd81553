namespace CdcStripeSync.Simulator.Events;

/// <summary>The events, oldest first, the newest only beyond a bound; Stripe lists those of the last 30 days.</summary>
/// <param name="most">Events that are kept; a few more until they are next cut.</param>
internal sealed class EventLog(int most)
{
    private readonly List<StripeEvent> ordered = [];
    private readonly Dictionary<string, long> numbers = [];

    /// <summary>Events that are kept no longer.</summary>
    private long forgotten;

    public IReadOnlyList<StripeEvent> Ordered => ordered;

    public void Add(StripeEvent item)
    {
        numbers[item.Id] = forgotten + ordered.Count;
        ordered.Add(item);
        if (ordered.Count > most + (most / 10)) Cut(ordered.Count - most);
    }

    public int? Position(string id) => numbers.TryGetValue(id, out var number) ? (int)(number - forgotten) : null;

    public void Clear()
    {
        ordered.Clear();
        numbers.Clear();
    }

    /// <summary>Many at once: what is behind them moves each time.</summary>
    private void Cut(int many)
    {
        for (var i = 0; i < many; i++) numbers.Remove(ordered[i].Id);
        ordered.RemoveRange(0, many);
        forgotten += many;
    }
}
