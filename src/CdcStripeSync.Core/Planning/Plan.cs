using System.Collections.Immutable;
using CdcStripeSync.Core.State;

namespace CdcStripeSync.Core.Planning;

/// <summary>What to do next for one entity. A closed set.</summary>
/// <remarks>A plan is one step only: it is carried out, applied to the state, and planning begins again until nothing is left. So every
/// sequence, a price's succession above all, can be resumed from any point without having been written down.</remarks>
public abstract record Plan
{
    private Plan()
    {
    }

    public static Plan None { get; } = new Nothing();

    /// <summary>Stripe is as the source wants it.</summary>
    public sealed record Nothing : Plan;

    /// <summary>Carry this out.</summary>
    public sealed record Next(PlanStep Step) : Plan;

    /// <summary>The state changes without a request (an object that is inactive already is archived, one that is kept is let go).</summary>
    public sealed record Note(EntityState State) : Plan;

    /// <summary>Read the entity's object and the parent's first.</summary>
    public sealed record Read(bool Observed, bool Parent) : Plan;

    /// <summary>The parent has no usable object yet.</summary>
    public sealed record Wait(string WaitsFor, string Message) : Plan;

    /// <summary>The row cannot go as it is.</summary>
    public sealed record Hold(ParkReason Reason, string Message, string Hint) : Plan;

    /// <summary>Columns whose value must be had first.</summary>
    public sealed record Ask(ImmutableArray<string> Columns) : Plan;
}
