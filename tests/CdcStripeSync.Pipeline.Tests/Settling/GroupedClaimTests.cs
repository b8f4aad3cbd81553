using System.Reflection;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Claims;
using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Pipeline.Ports;
using Xunit;

namespace CdcStripeSync.Pipeline.Tests.Settling;

public sealed class GroupedClaimTests
{
    private readonly InMemoryStateStore _store = new();

    [Fact]
    public async Task Claims_AskedForWhileAQuestionIsUnderWay_AreAskedForTogether()
    {
        await _store.WriteAsync(new StateBatch { Claims = [.. Enumerable.Range(0, 50).Select(Claim)] }, default);
        var slow = SlowStore.Over(_store);
        var ledger = new ClaimLedger((IStateStore)slow);

        var asked = Enumerable.Range(0, 50).Select(i => ledger.OfAsync("lookup_key", $"key-{i}", fresh: true, default).AsTask()).ToList();
        slow.Answer.SetResult();

        Assert.Equal(Enumerable.Range(0, 50).Select(Claim), (await Task.WhenAll(asked)).Select(c => Assert.Single(c)));
        Assert.Equal(2, slow.Asked);
    }

    private static Claim Claim(int row) => new("lookup_key", $"key-{row}", new EntityKey("price", new TableId("public", "prices"), $"{row}"), new StreamPosition(0, default, null));

    /// <summary>Answers when it is told to, and counts what it is asked.</summary>
    public class SlowStore : DispatchProxy
    {
        private IStateStore? _store;
        private int _asked;

        public TaskCompletionSource Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Asked => _asked;

        public static SlowStore Over(IStateStore store)
        {
            var slow = (SlowStore)(object)Create<IStateStore, SlowStore>();
            slow._store = store;
            return slow;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Interlocked.Increment(ref _asked);
            return AnswerAsync((IReadOnlyCollection<(string Kind, string Value)>)args![0]!);
        }

        private async Task<IReadOnlyList<Claim>> AnswerAsync(IReadOnlyCollection<(string Kind, string Value)> values)
        {
            await Answer.Task;
            return await _store!.ClaimsAsync(values, default);
        }
    }
}
