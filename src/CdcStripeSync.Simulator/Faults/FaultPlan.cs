namespace CdcStripeSync.Simulator.Faults;

/// <summary>The faults to come, in the order they were added; the first that strikes a request is the only one.</summary>
public sealed class FaultPlan
{
    private readonly Lock gate = new();
    private readonly List<Fault> faults = [];

    public T Add<T>(T fault) where T : Fault
    {
        lock (gate) faults.Add(fault);
        return fault;
    }

    public void Clear()
    {
        lock (gate) faults.Clear();
    }

    internal Fault? Take(string method, string path)
    {
        lock (gate)
        {
            foreach (var fault in faults)
            {
                if (fault.Strikes(method, path)) return fault;
            }

            return null;
        }
    }
}
