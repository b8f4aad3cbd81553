using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Planning;

/// <summary>Everything that a plan depends on.</summary>
/// <param name="State">Without an open intent: that is finished first.</param>
/// <param name="Desired">Of the state's row.</param>
/// <param name="AtCreation">Of the generation's first image: where <c>source_on_create</c> takes its values.</param>
/// <param name="IntentId">Random, for a create that may follow.</param>
public sealed record PlanInput(
    ResourceMap Map, EntityState State, Desired Desired, Desired AtCreation, ParentStatus Parent, ClaimVerdict Claims, string IntentId)
{
    /// <summary>The entity's object as just read, with <c>currency_options</c> and <c>tiers</c> expanded; null where it was not.</summary>
    public FieldValue.Object? Observed { get; init; }

    /// <summary>The parent's object as just read.</summary>
    public FieldValue.Object? ObservedParent { get; init; }

    /// <summary>Stripe refused to delete the object (a product that had a price): it is archived instead.</summary>
    public bool DeleteRefused { get; init; }

    public bool Exists => State.RowExists && Desired.Exists == true;
}
