using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.Checks;
using CdcStripeSync.Simulation.Running;
using CdcStripeSync.Simulation.Scheduling;
using CdcStripeSync.Simulation.Stripe;

namespace CdcStripeSync.Simulation.Tests;

public sealed class StripeServerTests
{
    private readonly World _world = World.Of(new Chance(1), null);
    private readonly StripeServer _stripe;

    public StripeServerTests() => _stripe = new StripeServer(_world, new Chance(2), new Catalogue(() => 0), new RequestChecks(new InMemoryStateStore(), new SoldRows([], [])), new Tally());

    [Fact]
    public void RefusalOfAnExecutedRequest_SentAgainUnderItsKey_IsRepeated()
    {
        const string price = "product=p&currency=usd&unit_amount_decimal=500";
        Assert.False(Refused("/v1/prices", price, "k").Replayed);
        Assert.IsType<StripeOutcome.Success>(Send("/v1/products", "id=p&name=Tea", "another"));
        Assert.True(Refused("/v1/prices", price, "k").Replayed);
        Assert.IsType<StripeOutcome.Success>(Send("/v1/prices", price, "new"));
    }

    [Fact]
    public void RefusalOfAnInvalidRequest_LeavesItsKeyUnused()
    {
        Assert.False(Refused("/v1/products", "description=none", "k").Replayed);
        Assert.IsType<StripeOutcome.Success>(Send("/v1/products", "id=p&name=Tea", "k"));
    }

    private StripeOutcome.Refused Refused(string path, string form, string key) => Assert.IsType<StripeOutcome.Refused>(Send(path, form, key));

    private StripeOutcome Send(string path, string form, string key)
    {
        Task<StripeOutcome>? answer = null;
        _world.Outside.Start(() => answer = _stripe.SendAsync(_world.Outside, new StripeRequest(StripeMethod.Post, path, path, form, key, "product:public.products/1 at lsn:0/10", TimeSpan.FromSeconds(10)), default));
        Assert.True(_world.Run(() => answer?.IsCompleted == true));
        return answer!.GetAwaiter().GetResult();
    }
}
