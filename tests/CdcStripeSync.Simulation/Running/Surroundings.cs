using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Simulation.Broker;
using CdcStripeSync.Simulation.Scheduling;
using CdcStripeSync.Simulation.Store;
using CdcStripeSync.Simulation.Stripe;

namespace CdcStripeSync.Simulation.Running;

/// <summary>What every instance shares.</summary>
internal sealed record Surroundings(
    World World, KafkaBroker Broker, StripeServer Stripe, StoreServer Store, InMemoryStateStore State, Core.Mapping.Mapping Mapping, Tally Tally);
