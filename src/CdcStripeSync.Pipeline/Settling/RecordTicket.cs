using CdcStripeSync.Core.Changes;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Settling;

/// <summary>One record on its way: settled when the last of its parts is.</summary>
public sealed class RecordTicket
{
    private readonly Action? _settled;
    private readonly OffsetLedger? _ledger;
    private int _open;

    /// <param name="settled">Is told when all parts are.</param>
    public RecordTicket(RecordOrigin origin, Action settled, int parts) => (Origin, _settled, _open) = (origin, settled, parts);

    /// <summary>A record of its partition: settling it settles its offset.</summary>
    public RecordTicket(RecordOrigin origin, OffsetLedger ledger, int parts) => (Origin, _ledger, _open) = (origin, ledger, parts);

    public RecordOrigin Origin { get; }

    public void PartSettled()
    {
        if (Interlocked.Decrement(ref _open) != 0) return;
        _settled?.Invoke();
        _ledger?.Settle(new PartitionId(Origin.Topic, Origin.Partition), Origin.Offset);
    }

    /// <summary>More parts turned up (a truncate's rows); before the first of the earlier ones is settled.</summary>
    public void Add(int more) => Interlocked.Add(ref _open, more);
}
