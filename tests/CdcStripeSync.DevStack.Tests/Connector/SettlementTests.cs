using CdcStripeSync.DevStack.Connector;
using CdcStripeSync.DevStack.Connector.Replication;

namespace CdcStripeSync.DevStack.Tests.Connector;

public sealed class SettlementTests
{
    [Fact]
    public void SettlementLedger_SecondRecordOfATransactionOutstanding_DoesNotCountTheTransaction()
    {
        var ledger = new SettlementLedger();
        ledger.Appended("t", 0, 0, 100);
        ledger.Committed("t", 0, 1);
        Assert.Equal(100UL, ledger.SettledUpTo);
        ledger.Appended("t", 1, 7, 100);
        Assert.Equal(99UL, ledger.SettledUpTo);
        ledger.Committed("t", 1, 8);
        Assert.Equal(100UL, ledger.SettledUpTo);
    }

    [Fact]
    public void SettlementLedger_OtherPartitionAhead_WaitsForTheOldest()
    {
        var ledger = new SettlementLedger();
        ledger.Appended("t", 0, 0, 100);
        ledger.Appended("t", 1, 0, 200);
        ledger.AppendedUnread(300);
        ledger.Committed("t", 1, 1);
        Assert.Equal((99UL, 2), (ledger.SettledUpTo, ledger.Outstanding));
        ledger.Committed("t", 0, 1);
        Assert.Equal((300UL, 0), (ledger.SettledUpTo, ledger.Outstanding));
    }

    [Fact]
    public void SettlementLedger_RecordsOutstanding_CountTheirBytesUntilTheyAreSettled()
    {
        var ledger = new SettlementLedger();
        ledger.Appended("t", 0, 0, 100, 1_000);
        ledger.Appended("t", 1, 0, 200, 30);
        Assert.Equal(1_030, ledger.OutstandingBytes);
        ledger.Committed("t", 0, 1);
        Assert.Equal(30, ledger.OutstandingBytes);
        ledger.Committed("t", 1, 1);
        Assert.Equal(0, ledger.OutstandingBytes);
    }

    [Fact]
    public void SettlementLedger_RecordWithoutPosition_SettlesNothing()
    {
        var ledger = new SettlementLedger();
        ledger.Appended("heartbeat", 0, 0, 0);
        Assert.Equal(0UL, ledger.SettledUpTo);
    }

    [Fact]
    public void Confirmation_UnknownOrOlderSettlement_DoesNotMove()
    {
        var confirmation = new Confirmation();
        confirmation.Emitted(100, 120);
        Assert.False(confirmation.Advance(null, 500));
        Assert.False(confirmation.Advance(99, 500));
        Assert.Equal(0UL, confirmation.Confirmed);
    }

    [Fact]
    public void Confirmation_AllSettled_MovesToTheEndAndThenWithTheIdleServer()
    {
        var confirmation = new Confirmation();
        confirmation.Emitted(100, 120);
        confirmation.Emitted(200, 220);
        Assert.True(confirmation.Advance(100, 500));
        Assert.Equal(120UL, confirmation.Confirmed);
        Assert.True(confirmation.Advance(200, null));
        Assert.Equal(220UL, confirmation.Confirmed);
        Assert.True(confirmation.Advance(200, 500));
        Assert.Equal(500UL, confirmation.Confirmed);
    }
}
