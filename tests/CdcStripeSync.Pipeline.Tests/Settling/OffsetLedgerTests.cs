using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Settling;

namespace CdcStripeSync.Pipeline.Tests.Settling;

public sealed class OffsetLedgerTests
{
    private static readonly PartitionId Partition = new("t", 0);
    private readonly OffsetLedger _ledger = new();

    [Fact]
    public void Ledger_CommitsTheLowestUnsettled_ForwardsOnly()
    {
        Begin(null, 10, 11, 15, 16);
        _ledger.Settle(Partition, 11);
        Assert.Equal(10, Assert.Single(_ledger.Advanced()).Next);
        _ledger.Settle(Partition, 10);
        Assert.Equal(new StoredOffset(Partition, 15), Assert.Single(_ledger.Advanced()));
        Assert.Empty(_ledger.Advanced());
        _ledger.Settle(Partition, 16);
        _ledger.Settle(Partition, 15);
        Assert.Equal(17, Assert.Single(_ledger.Advanced()).Next);
        Assert.Equal(0, _ledger.Unsettled);
    }

    [Fact]
    public void LowestUnsettledStandsStill_WhatIsSettledBeyondIt_IsToldAllTheSame()
    {
        Begin(null, 0, 1, 2, 3);
        Assert.Equal(new StoredOffset(Partition, 0), Assert.Single(_ledger.Advanced()));
        _ledger.Settle(Partition, 2);
        Assert.Equal(new StoredOffset(Partition, 0, "0:2"), Assert.Single(_ledger.Advanced()));
        Assert.Empty(_ledger.Advanced());
    }

    [Fact]
    public void Metadata_OfMuchSettledInAnyOrderBehindARecordThatIsNot_IsOneRange()
    {
        Begin(null, [.. Enumerable.Range(0, 10_000)]);
        var order = Enumerable.Range(0, 10_000).Where(o => o is not 3 and not 9_999).ToArray();
        new Random(5).Shuffle(order);
        foreach (var offset in order) _ledger.Settle(Partition, offset);

        Assert.Equal(new StoredOffset(Partition, 3, "3:1-9995"), Assert.Single(_ledger.Advanced()));
        Assert.Equal(2, _ledger.Unsettled);
    }

    [Fact]
    public void Metadata_ThatWouldNotFit_TellsTheLowestOnly()
    {
        Begin(null, [.. Enumerable.Range(0, 4000)]);
        for (var offset = 2; offset < 4000; offset += 2) _ledger.Settle(Partition, offset);
        _ledger.Settle(Partition, 0);
        var stored = Assert.Single(_ledger.Advanced());
        Assert.Equal(1, stored.Next);
        Assert.StartsWith("1:1,3,5,7,", stored.Metadata, StringComparison.Ordinal);
        Assert.InRange(stored.Metadata.Length, SettledRanges.MostText - 10, SettledRanges.MostText);
    }

    [Fact]
    public void RecordThatIsOnlyCounted_IsNotToldAsSettled_UntilTheOneThatStandsForItIs()
    {
        Begin(null, 0, 1, 2, 3, 4, 5);
        _ledger.Settle(Partition, 1);
        _ledger.Count(Partition, 3); // 2 stands for it
        _ledger.Settle(Partition, 4);
        Assert.Equal(new StoredOffset(Partition, 0, "0:1"), Assert.Single(_ledger.Advanced()));
        _ledger.Settle(Partition, 2);
        _ledger.Settle(Partition, 0);
        Assert.Equal(new StoredOffset(Partition, 5), Assert.Single(_ledger.Advanced()));
    }

    [Fact]
    public void ReadAgainFromWhereItWas_WhatWasSettledBeyond_IsKnown_AndToldOn()
    {
        Begin(new StoredOffset(Partition, 10, "10:2-3,5-90"), 10, 11, 12);
        Assert.False(_ledger.WasSettled(Partition, 11));
        Assert.True(_ledger.WasSettled(Partition, 12));
        _ledger.Settle(Partition, 12);
        Assert.Equal(new StoredOffset(Partition, 10, "10:2,3,5-90"), Assert.Single(_ledger.Advanced()));
    }

    [Fact]
    public void ReadFromBelowTheStoredOffset_NothingWasSettled_SinceTheTopicMayBeAnother()
    {
        Begin(new StoredOffset(Partition, 10, "10:1-9"), 0, 1, 12);
        Assert.False(_ledger.WasSettled(Partition, 12));
    }

    [Fact]
    public void ToldToSayItAgain_TellsWhatIsSettled_AlsoWhereNothingWasReadHere()
    {
        var (taken, fresh) = (new PartitionId("t", 1), new PartitionId("t", 2));
        Begin(new StoredOffset(Partition, 5), 5);
        _ledger.Assign(taken, new StoredOffset(taken, 7, "7:3-4"));
        _ledger.Assign(fresh);
        _ledger.Settle(Partition, 5);
        Assert.Equal([new StoredOffset(Partition, 6)], _ledger.Advanced());
        _ledger.TellAgain("u");
        Assert.Empty(_ledger.Advanced());
        _ledger.TellAgain("t");
        Assert.Equal([new StoredOffset(Partition, 6), new StoredOffset(taken, 7, "7:3-4")], _ledger.Advanced());
        Assert.Empty(_ledger.Advanced());
    }

    [Fact]
    public void ReadingBeginsBelowWhatTheStoreKnew_FirstWordSaysSo_AndAgainWhereItWasNotStored()
    {
        Begin(new StoredOffset(Partition, 9), 3, 4);
        var told = Assert.Single(_ledger.Advanced());
        Assert.Equal(new StoredOffset(Partition, 3) { BeginsAnew = true }, told);
        _ledger.TakeBack([told]);
        Assert.Equal([told], _ledger.Advanced());
        _ledger.Settle(Partition, 3);
        Assert.Equal([new StoredOffset(Partition, 4)], _ledger.Advanced());
    }

    private void Begin(StoredOffset? stored, params int[] read)
    {
        _ledger.Assign(Partition, stored);
        foreach (var offset in read) _ledger.Read(Partition, offset);
    }
}
