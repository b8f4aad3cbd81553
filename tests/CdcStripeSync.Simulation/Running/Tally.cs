namespace CdcStripeSync.Simulation.Running;

/// <summary>How often what happened, by name.</summary>
internal sealed class Tally
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> Counts => _counts;

    public int Faults { get; private set; }

    public void Fault(string what)
    {
        Faults++;
        Add("fault: " + what);
    }

    public void Add(string what, long many = 1) => _counts[what] = _counts.GetValueOrDefault(what) + many;

    public void Add(Tally other)
    {
        foreach (var (what, many) in other.Counts) Add(what, many);
        Faults += other.Faults;
    }
}
