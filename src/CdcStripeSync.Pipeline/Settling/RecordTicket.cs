using CdcStripeSync.Core.Changes;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Settling;

/// <summary>One record on its way: settled when the last of its parts is.</summary>
public sealed class RecordTicket(RecordOrigin origin, OffsetLedger ledger, int parts)
{
    private int _open = parts;

    public RecordOrigin Origin => origin;

    public void PartSettled()
    {
        if (Interlocked.Decrement(ref _open) == 0) ledger.Settle(new PartitionId(origin.Topic, origin.Partition), origin.Offset);
    }

    /// <summary>More parts turned up (a truncate's rows); before the first of the earlier ones is settled.</summary>
    public void Add(int more) => Interlocked.Add(ref _open, more);
}
