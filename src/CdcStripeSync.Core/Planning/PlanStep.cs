using System.Collections.Immutable;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Planning;

/// <summary>One step of a plan and what it settles when Stripe confirms it.</summary>
/// <param name="Sets">Field path → value that becomes Base.</param>
/// <param name="ParentId">The parent's Stripe id that the step rests on, where there is one.</param>
/// <param name="IntentId">Of a create: stands in the object's metadata.</param>
public sealed record PlanStep(
    StepKind Kind, StripeCommand Command, ImmutableSortedDictionary<string, FieldValue> Sets, BreadthKind Breadth, string? ParentId = null, string? IntentId = null)
{
    /// <summary>Creates carry a stored intent; everything else may be repeated without harm.</summary>
    public bool IsCreate => Kind is StepKind.Create or StepKind.CreateSuccessor;

    /// <summary>For a successor: whether its predecessor was its product's default price.</summary>
    public bool OldWasDefault { get; init; }

    /// <summary>For a successor: whether its predecessor is out of use already, so that it need not be archived.</summary>
    public bool OldIsInactive { get; init; }
}
