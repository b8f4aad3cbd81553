using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Delivery;
using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Tests.Doubles;

namespace CdcStripeSync.Pipeline.Tests.Delivery;

public sealed class EntityCacheTests
{
    [Fact]
    public void Forgotten_WhileItWasOnItsWay_IsReadAgain()
    {
        var time = new VirtualWorld();
        var store = new InMemoryStateStore();
        var cache = new EntityCache(SlowAnswers.Of(store, time));
        var state = new EntityState { Key = Shop.Product(1), StripeId = "before" };
        time.Run(async () =>
        {
            await store.WriteAsync(new StateBatch { Entities = [state] }, default);
            var early = cache.GetAsync(state.Key, default).AsTask();
            await time.Wait(TimeSpan.FromMilliseconds(500));
            await store.WriteAsync(new StateBatch { Entities = [state with { Version = 1, StripeId = "now" }] }, default);
            cache.Forget(state.Key);
            await early;
            Assert.Equal("now", (await cache.GetAsync(state.Key, default)).StripeId);
        });
    }
}
