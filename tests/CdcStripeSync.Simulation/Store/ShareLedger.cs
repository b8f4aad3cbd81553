using CdcStripeSync.Simulation.Scheduling;

namespace CdcStripeSync.Simulation.Store;

/// <summary>Who holds which share of the account's rates, and until when: what the state store keeps of the budget. Together never more than the whole.</summary>
/// <param name="perSecond">The account's rate.</param>
internal sealed class ShareLedger(World world, int perSecond)
{
    private readonly Dictionary<string, (double Demand, double Share, long EndsAt)> _held = new(StringComparer.Ordinal);

    public int PerSecond => perSecond;

    /// <summary>By demand, out of what nobody else holds; what the process uses until it is answered stays its own until it asks again.</summary>
    public double Renew(string instance, double demand, double used, TimeSpan lease)
    {
        _held.Remove(instance);
        foreach (var ended in _held.Where(h => h.Value.EndsAt <= world.Now).Select(h => h.Key).ToList()) _held.Remove(ended);
        var wanted = (demand + 1) / (demand + 1 + _held.Values.Sum(h => h.Demand + 1));
        var share = Math.Max(0, Math.Min(wanted, 1 - _held.Values.Sum(h => h.Share)));
        _held[instance] = (demand, Math.Max(share, used), world.Now + lease.Ticks);
        return share;
    }

    public bool Return(string instance) => _held.Remove(instance);
}
