using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.Broker;
using CdcStripeSync.Simulation.Checks;
using CdcStripeSync.Simulation.History;
using CdcStripeSync.Simulation.Running;
using CdcStripeSync.Simulation.Scheduling;

namespace CdcStripeSync.Simulation.Tests;

/// <summary>The checks of offsets can fail.</summary>
public sealed class StateChecksTests
{
    private static readonly PartitionId Partition = new("shop.public.customers", 1);
    private static readonly EntityState Customer = new() { Key = new EntityKey("customer", new TableId("public", "customers"), "21") };
    private readonly World _world = World.Of(new Chance(1), null);
    private readonly InMemoryStateStore _state = new();
    private readonly KafkaBroker _broker;
    private readonly StateChecks _checks;

    public StateChecksTests()
    {
        _broker = new KafkaBroker(_world, new Chance(2), partitionsEach: 2);
        _checks = new StateChecks(_world, _broker, _state, new Tally());
        _state.Writing = _checks.Written;
        _broker.Committing = _checks.Committing;
    }

    [Fact]
    public void Commit_ToKafkaBeforeTheStoreHasIt_IsTold()
    {
        Tombstone();
        var member = Member();
        Assert.Equal("committed before stored", Assert.Throws<InvariantBrokenException>(() => _broker.Commit(member, [new StoredOffset(Partition, 1)])).Invariant);
        Assert.Null(_broker.Logs[Partition].Committed);
    }

    [Fact]
    public async Task Commit_OfWhatTheStoreHadBeforeALateWordLoweredIt_Holds()
    {
        Tombstone();
        await StoreAsync(1);
        await StoreAsync(0);
        _broker.Commit(Member(), [new StoredOffset(Partition, 1)]);
        Assert.Equal(1, _broker.Logs[Partition].Committed);
    }

    [Fact]
    public async Task Offset_InABatchThatTheStoreRefused_IsNotStored()
    {
        Tombstone();
        await _state.WriteAsync(new StateBatch { Entities = [Customer] }, default);
        await Assert.ThrowsAsync<StateConflictException>(() => _state.WriteAsync(new StateBatch { Entities = [Customer with { Version = 7 }], Offsets = [new StoredOffset(Partition, 1)] }, default));
        Assert.False(_checks.IsAllCommitted);
        await StoreAsync(1);
        Assert.True(_checks.IsAllCommitted);
    }

    [Fact]
    public async Task Offset_BeyondARecordThatNobodyCanRead_NeedsItsDeadLetter()
    {
        var record = Unreadable();
        Assert.Equal("offset passed an unreadable record", (await Assert.ThrowsAsync<InvariantBrokenException>(() => StoreAsync(1))).Invariant);
        await KeepAsync(record);
        await StoreAsync(1);
    }

    [Fact]
    public async Task SettledBeyondTheOffset_WhatNobodyCanRead_NeedsItsDeadLetterToo()
    {
        var records = new[] { Unreadable(), Unreadable() };
        await KeepAsync(records[0]);
        var beyond = new StoredOffset(Partition, 0, "0:1");
        Assert.Equal("offset passed an unreadable record", (await Assert.ThrowsAsync<InvariantBrokenException>(() => StoreAsync(beyond))).Invariant);
    }

    /// <summary>It was read when it could be: then there is no letter, and the state has to know it.</summary>
    [Fact]
    public async Task Offset_BeyondARecordThatCanBeReadByNow_NeedsWhatItSays()
    {
        Unreadable();
        _broker.IsMended = true;
        Assert.Equal("offset passed an unsettled record", (await Assert.ThrowsAsync<InvariantBrokenException>(() => StoreAsync(1))).Invariant);
    }

    private GroupMember Member()
    {
        var member = _broker.Join(_world.Outside, () => { });
        member.Owned.Add(Partition);
        return member;
    }

    private void Tombstone() => _broker.Append(new RowEvent(1, RowOp.Tombstone, "customers", 21, null, [], null, 0x10, 0));

    private SourceRecord Unreadable()
    {
        _broker.UnreadableShare = 100;
        _broker.Append(new RowEvent(1, RowOp.Update, "customers", 21, new Dictionary<string, string?> { ["id"] = "21", ["email"] = "21@shop.example", ["name"] = null }, [], null, 0x10, 0));
        return _broker.Logs[Partition].Records[^1].Record;
    }

    private Task KeepAsync(SourceRecord record) => _state.WriteAsync(new StateBatch { DeadLetters = [new DeadLetter(0, record, Customer.Key, "unreadable", "", null, 1, "", _world.Clock)] }, default);

    private Task StoreAsync(long next) => StoreAsync(new StoredOffset(Partition, next));

    private async Task StoreAsync(StoredOffset offset) => await _state.WriteAsync(new StateBatch { Offsets = [offset] }, default);
}
