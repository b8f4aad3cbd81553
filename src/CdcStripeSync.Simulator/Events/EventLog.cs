namespace CdcStripeSync.Simulator.Events;

/// <summary>The events, oldest first; Stripe lists those of the last 30 days.</summary>
internal sealed class EventLog
{
    private readonly List<StripeEvent> ordered = [];
    private readonly Dictionary<string, int> positions = [];

    public IReadOnlyList<StripeEvent> Ordered => ordered;

    public void Add(StripeEvent item)
    {
        positions[item.Id] = ordered.Count;
        ordered.Add(item);
    }

    public int? Position(string id) => positions.TryGetValue(id, out var position) ? position : null;

    public void Clear()
    {
        ordered.Clear();
        positions.Clear();
    }
}
