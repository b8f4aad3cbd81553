using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Lanes;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

/// <summary>More lanes than slots.</summary>
public sealed class LaneBoardTests
{
    private const int Lanes = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Drain_WhileLanesWaitForTheirSlot_ReturnsWhenAllHaveEnded()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = 0;
        var board = new LaneBoard(
            2,
            async lane =>
            {
                if (lane.Take().Count == 0) return;
                await gate.Task;
                Interlocked.Increment(ref ended);
            },
            e => Assert.Fail(e.ToString()));
        foreach (var id in Enumerable.Range(0, Lanes)) board.Add(Key(id), new LaneWork.Wake());

        var drained = board.DrainAsync();
        await Task.Delay(50);
        Assert.False(drained.IsCompleted);
        gate.SetResult();
        await drained.WaitAsync(Patience);
        Assert.Equal(Lanes, ended);
        Assert.Equal(0, board.Busy);
    }

    [Fact]
    public async Task Lane_ThatFails_GivesItsSlotToTheNext()
    {
        var failures = 0;
        var board = new LaneBoard(
            1, lane => lane.Take() is [LaneWork.Wake { Approved: true }] ? throw new InvalidOperationException("this one") : Task.CompletedTask, _ => Interlocked.Increment(ref failures));
        foreach (var id in Enumerable.Range(0, Lanes)) board.Add(Key(id), new LaneWork.Wake(Approved: id % 2 == 0));

        await board.DrainAsync().WaitAsync(Patience);
        Assert.Equal(Lanes / 2, failures);
        Assert.Equal(0, board.Busy);
    }

    private static EntityKey Key(int id) => new("product", new TableId("public", "products"), $"{id}");
}
