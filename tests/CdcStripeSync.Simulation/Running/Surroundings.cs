using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Simulation.Broker;
using CdcStripeSync.Simulation.Checks;
using CdcStripeSync.Simulation.Scheduling;
using CdcStripeSync.Simulation.Store;
using CdcStripeSync.Simulation.Stripe;

namespace CdcStripeSync.Simulation.Running;

/// <summary>What every instance shares.</summary>
internal sealed record Surroundings(
    World World, KafkaBroker Broker, StripeServer Stripe, StoreServer Store, InMemoryStateStore State, Core.Mapping.Mapping Mapping, Tally Tally, BreadthCheck Breadth)
{
    /// <summary>Rows can be read in the source's tables.</summary>
    public bool AsksSource { get; init; }

    /// <summary>How the account's rates are shared; null where each instance has its own.</summary>
    public ShareLedger? Shares { get; init; }
}
