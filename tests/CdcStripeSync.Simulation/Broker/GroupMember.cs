using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.Scheduling;

namespace CdcStripeSync.Simulation.Broker;

/// <summary>One consumer in the group, as the broker sees it.</summary>
internal sealed class GroupMember(SimulatedProcess process, Action wake)
{
    public SimulatedProcess Process => process;

    public List<PartitionId> Owned { get; } = [];

    /// <summary>The group went on without it; it does not know yet.</summary>
    public bool IsEvicted { get; set; }

    public void Wake() => wake();
}
