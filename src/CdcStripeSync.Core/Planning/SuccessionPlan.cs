using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Planning;

/// <summary>An immutable field changed: create the successor (it takes the lookup key), move the default, archive the old one. In this
/// order there is always something to sell.</summary>
internal static class SuccessionPlan
{
    public static Plan Begin(PlanInput input, ImmutableArray<FieldPath> changed, string? parentId)
    {
        if (!input.Map.Type.HasActive)
        {
            return new Plan.Hold(
                ParkReason.Held, $"{string.Join(", ", changed)} cannot change once a {input.Map.Type.Name} exists, and a {input.Map.Type.Name} cannot be archived",
                "delete the object in Stripe and release this row, or set the value back");
        }

        var needsParent = input.Map.Type.Name == "price";
        if (input.Observed is null || (needsParent && input.ObservedParent is null)) return new Plan.Read(Observed: true, Parent: needsParent);
        var owned = Creation.Fields(input).RemoveRange(input.Map.Fields.Where(f => f.Owner == Owner.SourceOnCreate).Select(f => f.Path));
        var body = Creation.Body(input, Inheritance.From(input.Observed, input.Map, owned).SetItems(owned), parentId);
        if (body.Members.ContainsKey("lookup_key")) body = body.With("transfer_lookup_key", FieldValue.Of(true));
        var type = input.Map.Type;
        var path = type.CollectionPathUnder(type.PathParent is null ? null : parentId);
        var step = new PlanStep(
            StepKind.CreateSuccessor, new StripeCommand("POST", path, type.CollectionPath, body), Creation.Settles(input, owned), BreadthKind.PriceChange, parentId, input.IntentId)
        {
            OldWasDefault = input.ObservedParent?.Text("default_price") == input.State.StripeId,
        };
        return new Plan.Next(step);
    }

    /// <summary>The successor exists: what is still to do.</summary>
    public static Plan Continue(PlanInput input)
    {
        var succession = input.State.Succession!;
        var parentId = input.State.ParentStripeId;
        if (!succession.DefaultMoved && parentId is not null)
        {
            var active = input.Desired.Fields.GetValueOrDefault(FieldPath.Parse("active"))?.Value is not FieldValue.Boolean { Value: false };
            return new Plan.Next(active ? Planner.SetDefault(input, parentId, input.State.StripeId!) : Planner.UnsetDefault(input, parentId));
        }

        return new Plan.Next(ArchiveOld(input));
    }

    public static PlanStep ArchiveOld(PlanInput input)
    {
        var type = input.Map.Type;
        var command = new StripeCommand("POST", type.ObjectPath(input.State.Succession!.OldId), type.CollectionPath + "/{id}", Parameters.Empty.With("active", FieldValue.Of(false)));
        return new PlanStep(StepKind.ArchivePredecessor, command, ImmutableSortedDictionary.Create<string, FieldValue>(StringComparer.Ordinal), BreadthKind.None);
    }
}
