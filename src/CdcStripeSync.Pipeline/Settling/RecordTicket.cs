using CdcStripeSync.Core.Changes;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Settling;

/// <summary>One record on its way: settled when the last of its parts is.</summary>
public sealed class RecordTicket(RecordOrigin origin, Action settled, int parts)
{
    private int _open = parts;

    /// <summary>A record of its partition: settling it settles its offset.</summary>
    public RecordTicket(RecordOrigin origin, OffsetLedger ledger, int parts)
        : this(origin, () => ledger.Settle(new PartitionId(origin.Topic, origin.Partition), origin.Offset), parts)
    {
    }

    public RecordOrigin Origin => origin;

    public void PartSettled()
    {
        if (Interlocked.Decrement(ref _open) == 0) settled();
    }

    /// <summary>More parts turned up (a truncate's rows); before the first of the earlier ones is settled.</summary>
    public void Add(int more) => Interlocked.Add(ref _open, more);
}
