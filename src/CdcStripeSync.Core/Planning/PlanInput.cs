using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
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
    /// <summary>The entity's object as just read, with what Stripe shows on request only; null where it was not.</summary>
    public FieldValue.Object? Observed { get; init; }

    /// <summary>The parent's object as just read.</summary>
    public FieldValue.Object? ObservedParent { get; init; }

    /// <summary>Stripe refused to delete the object (a product that had a price): it is archived instead.</summary>
    public bool DeleteRefused { get; init; }

    public bool Exists => State.RowExists && Desired.Exists == true;

    /// <summary>Where <c>source_on_create</c> takes its values: the first image if an object could be made of it, else the newest.</summary>
    internal Desired FirstCreatable => GivenOnce(Map, AtCreation, Desired);

    /// <summary>The problems that hold the row; those of a creation only where there is no object.</summary>
    internal ImmutableArray<FieldProblem> HoldingProblems => State.StripeId is not null
        ? [.. Desired.Problems.Where(p => !p.OnlyAtCreation)]
        : [.. Desired.Problems.Where(p => !IsOfFirstImage(p)), .. FirstCreatable.Problems.Where(IsOfFirstImage)];

    /// <summary>Whether the product as just read shows this price as its default.</summary>
    internal bool IsShownAsDefault => State.StripeId is { } id && ObservedParent?.Text("default_price") == id;

    /// <inheritdoc cref="FirstCreatable"/>
    public static Desired GivenOnce(ResourceMap map, Desired atCreation, Desired newest) =>
        atCreation.Exists == true && !atCreation.Problems.Any(p => IsOfFirstImage(map, p)) ? atCreation : newest;

    private bool IsOfFirstImage(FieldProblem problem) => IsOfFirstImage(Map, problem);

    private static bool IsOfFirstImage(ResourceMap map, FieldProblem problem) =>
        problem.OnlyAtCreation && FieldPath.TryParse(problem.Path, out var path) && map.Rule(path)?.Owner == Owner.SourceOnCreate;
}
