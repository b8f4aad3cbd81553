using CdcStripeSync.Kafka.Consuming;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Kafka.Tests.Consuming;

public sealed class GroupCommitsTests
{
    private static readonly PartitionId Partition = new("t", 0);
    private readonly List<long> _committed = [];

    [Fact]
    public async Task Commit_AnotherIsUnderWay_WaitsForItsTurn()
    {
        using var first = new ManualResetEventSlim();
        using var began = new ManualResetEventSlim();
        var commits = Commits(next =>
        {
            began.Set();
            if (next == 5) first.Wait();
        });
        Owe(commits, 5);
        var slow = Task.Run(commits.Pay);
        began.Wait();
        Owe(commits, 7);
        var later = Task.Run(commits.Pay);
        commits.PayArrears(); // does not wait for the slow one
        Assert.Empty(_committed);
        first.Set();
        await Task.WhenAll(slow, later);
        Assert.Equal([5, 7], _committed);
    }

    [Fact]
    public void OlderOffset_ThatIsToldLate_IsNotCommitted()
    {
        var commits = Commits();
        Owe(commits, 7);
        commits.Pay();
        Owe(commits, 5);
        commits.Pay();
        Assert.Equal([7], _committed);
    }

    [Fact]
    public void LowerOffset_WhereReadingBeganAnew_IsCommitted()
    {
        var commits = Commits();
        Owe(commits, 7);
        commits.Pay();
        commits.Owe([new StoredOffset(Partition, 2) { BeginsAnew = true }]);
        commits.Pay();
        Assert.Equal([7, 2], _committed);
    }

    [Fact]
    public void PartitionGivenUp_WhatIsOwedOfItIsNotCommitted()
    {
        var commits = Commits();
        Owe(commits, 7);
        commits.Forget([Partition]);
        commits.Pay();
        Assert.Empty(_committed);
    }

    private static void Owe(GroupCommits commits, long next) => commits.Owe([new StoredOffset(Partition, next)]);

    private GroupCommits Commits(Action<long>? before = null) => new(
        owed =>
        {
            foreach (var offset in owed)
            {
                before?.Invoke(offset.Next);
                _committed.Add(offset.Next);
            }
        },
        _ => { });
}
