using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Settling;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Settling;

public sealed class StateWriterTests
{
    [Fact]
    public async Task Write_OneOfAGroupIsRefusedByTheStore_OnlyThatOneFails()
    {
        var store = new InMemoryStateStore();
        var writer = new StateWriter(store);
        List<Task> written = [];
        store.Writing = batch =>
        {
            if (batch.Entities.Any(e => e.Key == Shop.Product(0))) written.AddRange(Enumerable.Range(1, 20).Select(Write)); // one group, while this is being written
            if (batch.Entities.Any(e => e.Key == Shop.Product(7))) throw new InvalidOperationException("54000: index row size exceeds the maximum");
        };

        await Write(0);
        var outcomes = await Task.WhenAll(written.Select((task, i) => task.ContinueWith(t => (Row: i + 1, t.IsFaulted), TaskScheduler.Default)));

        Assert.Equal(7, Assert.Single(outcomes, o => o.IsFaulted).Row);
        Assert.Equal(20, store.Entities.Count);

        Task Write(int row) => writer.WriteAsync(new StateBatch { Entities = [new EntityState { Key = Shop.Product(row) }] }, default);
    }

    [Fact]
    public async Task Write_TwoTruncatesOfATableInOneGroup_NewerStands_WhicheverComesLast()
    {
        var store = new InMemoryStateStore();
        var table = Shop.Product(1).Table;
        TablePosition At(ulong lsn) => new(table, 0, new StreamPosition(0, Core.Changes.SourcePosition.OfLsn(lsn), new Core.Values.Instant((long)lsn, 0)));

        await store.WriteAsync(MergedBatch.Of([new StateBatch { TablePositions = [At(20)] }, new StateBatch { TablePositions = [At(10)] }]), default);

        Assert.Equal(At(20), Assert.Single(await store.TablePositionsAsync(default)));
    }
}
