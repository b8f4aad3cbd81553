using System.Collections.Immutable;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Planning;

/// <summary>The row is gone, or its <c>exists_when</c> is false: <c>on_delete</c> applies.</summary>
internal static class Retirement
{
    public static Plan Next(PlanInput input)
    {
        var state = input.State;
        if (state.StripeId is null) return state.Phase is EntityPhase.Absent && !state.RowExists ? new Plan.Note(state with { Phase = EntityPhase.Deleted }) : Plan.None;
        if (state.Phase is EntityPhase.Archived or EntityPhase.Kept) return Plan.None;
        if (state.Succession is not null) return SuccessionPlan.Continue(input); // before what the breadth limit may hold: nothing is sold at two prices for long
        if (Default(input) is { } first) return first;
        return input.Map.OnDelete switch
        {
            OnDelete.Keep => new Plan.Note(state with { Phase = EntityPhase.Kept }),
            OnDelete.Delete when input.Map.Type.CanDelete && !input.DeleteRefused => Delete(input),
            OnDelete.Delete or OnDelete.Archive => Archive(input),
            _ => throw new InvalidOperationException($"on_delete {input.Map.OnDelete}"),
        };
    }

    /// <summary>A default price cannot be archived, whoever made it the default: the default is unset before, as a part of the archive, and the newest
    /// other claimant sets it again.</summary>
    private static Plan? Default(PlanInput input)
    {
        if (input.Map.Type.Name != "price" || input.Map.OnDelete == OnDelete.Keep || input.State.ParentStripeId is not { } parentId) return null;
        if (input.ObservedParent is null) return new Plan.Read(Observed: false, Parent: true);
        return input.IsShownAsDefault ? new Plan.Next(Planner.UnsetDefault(parentId, BreadthKind.Archive)) : null;
    }

    private static Plan Archive(PlanInput input)
    {
        var state = input.State;
        if (!input.Map.Type.CanArchive) return new Plan.Note(state with { Phase = EntityPhase.Kept });
        var type = input.Map.Type;
        var isOurs = type.HasActive && input.Map.Rule(Planner.Active) is { Owner: Owner.Source or Owner.Shared };
        if (isOurs && state.Base.GetValueOrDefault("active")?.Value is FieldValue.Boolean { Value: false }) return new Plan.Note(StateAfter.DefaultLost(state) with { Phase = EntityPhase.Archived });
        if (!isOurs || !state.Base.ContainsKey("active"))
        {
            // Somebody may have taken it out of use: then it stays so when the row is back.
            if (input.Observed is null) return new Plan.Read(Observed: true, Parent: false);
            if (input.Observed.IsInactive()) return new Plan.Note(StateAfter.FoundInactive(state));
        }

        if (!type.HasActive)
            return new Plan.Next(new PlanStep(StepKind.Archive, new StripeCommand("POST", type.ActionPath(state.StripeId!, "deactivate"), type.CollectionPath + "/{id}/deactivate", Parameters.Empty), NoFields, BreadthKind.Archive));
        var command = new StripeCommand("POST", type.ObjectPath(state.StripeId!), type.CollectionPath + "/{id}", Parameters.Empty.With("active", FieldValue.Of(false)));
        return new Plan.Next(new PlanStep(StepKind.Archive, command, NoFields.Add("active", FieldValue.Of(false)), BreadthKind.Archive));
    }

    private static Plan.Next Delete(PlanInput input)
    {
        var type = input.Map.Type;
        var command = new StripeCommand("DELETE", type.ObjectPath(input.State.StripeId!, input.State.ParentStripeId is { } p && type.PathParent is not null ? p : null), type.CollectionPath + "/{id}", Parameters.Empty);
        return new Plan.Next(new PlanStep(StepKind.Delete, command, NoFields, BreadthKind.Delete));
    }

    private static readonly ImmutableSortedDictionary<string, FieldValue> NoFields = ImmutableSortedDictionary.Create<string, FieldValue>(StringComparer.Ordinal);
}
