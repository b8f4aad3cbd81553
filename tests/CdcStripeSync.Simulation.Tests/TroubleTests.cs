using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Simulation.Broker;
using CdcStripeSync.Simulation.Checks;
using CdcStripeSync.Simulation.Running;
using CdcStripeSync.Simulation.Scheduling;
using CdcStripeSync.Simulation.Store;
using CdcStripeSync.Simulation.Stripe;

namespace CdcStripeSync.Simulation.Tests;

public sealed class TroubleTests
{
    [Fact]
    public void Trouble_AskedForItsEndBeforeItBegan_IsWaitedFor()
    {
        var world = World.Of(new Chance(1), null);
        var tally = new Tally();
        var state = new InMemoryStateStore();
        var stripe = new StripeServer(world, new Chance(2), new Catalogue(() => 0), new RequestChecks(state, new SoldRows([], [])), tally);
        var mapping = SimulatedMapping.Read();
        var around = new Surroundings(
            world, new KafkaBroker(world, new Chance(3), partitionsEach: 2), stripe, new StoreServer(world, new Chance(4), tally), state, mapping, tally, new BreadthCheck(world, state, mapping.Breadth));
        var trouble = new Trouble(around, [], new Chance(5));
        trouble.Plan();

        Task? over = null;
        world.Outside.Start(() => over = trouble.OverAsync());
        Assert.True(world.Run(() => over is not null));
        Assert.False(over!.IsCompleted);
        trouble.Begin();

        Assert.True(world.Run(() => over.IsCompleted));
        Assert.True(trouble.Happened >= Trouble.Least);
    }
}
