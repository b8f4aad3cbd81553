using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Planning;

/// <summary>(Desired, Base, Observed, rules) → the next step. Pure.</summary>
public static class Planner
{
    /// <summary>Base's entry for "this price is the default that we set": its value is the parent's Stripe id.</summary>
    public const string DefaultMark = "@default";

    private static readonly FieldPath DefaultPrice = FieldPath.Parse("default_price");

    public static Plan Next(PlanInput input)
    {
        if (input.State.RowExists && input.Desired.Exists is null)
            return input.Desired.UnknownColumns.Length > 0 ? new Plan.Ask(input.Desired.UnknownColumns) : Held(input.Desired.Problems);
        if (!input.Exists) return Retirement.Next(input);
        var creating = input.State.StripeId is null;
        if (Unknown(input, creating) is { Length: > 0 } columns) return new Plan.Ask(columns);
        if (Problems(input, creating) is { Length: > 0 } problems) return Held(problems);
        if (input.State.Succession is not null) return SuccessionPlan.Continue(input);
        if (Parent(input, out var parentId) is { } waiting) return waiting;
        return creating ? Creation.Next(input, parentId) : Changes(input, parentId);
    }

    /// <summary>The step that points the parent's default price here.</summary>
    internal static PlanStep SetDefault(PlanInput input, string parentId, string priceId) =>
        ParentStep(input, StepKind.SetDefault, parentId, FieldValue.Of(priceId), FieldValue.Of(parentId));

    internal static PlanStep UnsetDefault(PlanInput input, string parentId) =>
        ParentStep(input, StepKind.UnsetDefault, parentId, FieldValue.Nothing, FieldValue.Nothing);

    private static Plan Changes(PlanInput input, string? parentId)
    {
        var changes = Difference.Of(input, parentId);
        if (changes.NeedsRead && input.Observed is null) return new Plan.Read(Observed: true, Parent: false);
        if (changes.Conflict is { } conflict) return new Plan.Hold(ParkReason.Conflict, conflict, "settle it in Stripe or in the row; on_conflict in the mapping can decide it for good");
        if (changes.Uncleared is { } path)
            return new Plan.Hold(ParkReason.Held, $"{path} became null, and Stripe cannot clear it", "give the column a value, or set on_null: leave for the field");
        if (changes.Immutable.Length > 0) return SuccessionPlan.Begin(input, changes.Immutable, parentId);
        var restoring = input.State.Phase is EntityPhase.Archived or EntityPhase.Kept;
        if (BeforeInactive(input, changes, parentId) is { } unset) return unset;
        if (changes.Updates.Count > 0 || restoring) return Update(input, changes, restoring);
        return Default(input, parentId);
    }

    private static Plan Update(PlanInput input, Difference changes, bool restoring)
    {
        var updates = changes.Updates;
        if (restoring && input.Map.Type.HasActive && !updates.ContainsKey(FieldPath.Parse("active")) && input.State.ArchivedByUs && input.Map.Rule(FieldPath.Parse("active")) is null)
            updates = updates.SetItem(FieldPath.Parse("active"), FieldValue.Of(true));
        if (updates.Count == 0) return new Plan.Note(input.State with { Phase = EntityPhase.Linked, ArchivedByUs = false });
        var parameters = Parameters.Empty;
        foreach (var (path, value) in Difference.WithWholeObjects(input, updates)) parameters = parameters.With(path, value);
        if (updates.TryGetValue(Creation.LookupKey, out var key) && !key.IsNone && input.Claims.LookupKeyTransfer) parameters = parameters.With("transfer_lookup_key", FieldValue.Of(true));
        var id = input.State.StripeId!;
        var command = new StripeCommand("POST", input.Map.Type.ObjectPath(id), input.Map.Type.CollectionPath + "/{id}", parameters);
        return new Plan.Next(new PlanStep(restoring ? StepKind.Restore : StepKind.Update, command, Sets(updates), BreadthKind.None));
    }

    private static Plan Default(PlanInput input, string? parentId)
    {
        if (input.Map.DefaultWhen is null || parentId is null) return Plan.None;
        var mark = input.State.Base.GetValueOrDefault(DefaultMark)?.Value;
        var mine = mark is FieldValue.Text text && text.Value == parentId;
        var wanted = input.Desired.IsDefault == true && input.Claims.DefaultWon && IsActive(input);
        if (wanted && !mine) return new Plan.Next(SetDefault(input, parentId, input.State.StripeId!));
        return !wanted && mine && !input.Claims.OtherDefaultClaimant ? new Plan.Next(UnsetDefault(input, parentId)) : Plan.None;
    }

    /// <summary>Stripe refuses to make a default price inactive: the default moves or is unset first.</summary>
    private static Plan.Next? BeforeInactive(PlanInput input, Difference changes, string? parentId)
    {
        var stops = changes.Updates.TryGetValue(FieldPath.Parse("active"), out var active) && active is FieldValue.Boolean { Value: false };
        return stops && parentId is not null && input.State.Base.ContainsKey(DefaultMark) ? new Plan.Next(UnsetDefault(input, parentId)) : null;
    }

    private static bool IsActive(PlanInput input) =>
        input.Desired.Fields.GetValueOrDefault(FieldPath.Parse("active"))?.Value is not FieldValue.Boolean { Value: false };

    private static Plan.Wait? Parent(PlanInput input, out string? parentId)
    {
        parentId = (input.Parent as ParentStatus.Linked)?.StripeId;
        return input.Parent is ParentStatus.Unknown unknown
            ? new Plan.Wait(unknown.WaitsFor, $"its {input.Map.Parent!.Resource} {unknown.WaitsFor} has no Stripe object yet")
            : null;
    }

    private static PlanStep ParentStep(PlanInput input, StepKind kind, string parentId, FieldValue price, FieldValue mark)
    {
        var collection = "/v1/products";
        var command = new StripeCommand("POST", $"{collection}/{Uri.EscapeDataString(parentId)}", collection + "/{id}", Parameters.Empty.With(DefaultPrice, price));
        var sets = ImmutableSortedDictionary.Create<string, FieldValue>(StringComparer.Ordinal).Add(DefaultMark, mark);
        return new PlanStep(kind, command, sets, BreadthKind.None, parentId);
    }

    private static ImmutableArray<string> Unknown(PlanInput input, bool creating) =>
        creating ? [.. input.Desired.UnknownColumns, .. input.AtCreation.UnknownAtCreation] : input.Desired.UnknownColumns;

    private static ImmutableArray<FieldProblem> Problems(PlanInput input, bool creating) =>
        [.. input.Desired.Problems.Where(p => !p.OnlyAtCreation), .. creating ? input.AtCreation.Problems.Where(p => p.OnlyAtCreation) : []];

    private static Plan.Hold Held(ImmutableArray<FieldProblem> problems) =>
        new(ParkReason.Held, string.Join("; ", problems.Select(p => $"{p.Path}: {p.Message}")), string.Join("; ", problems.Select(p => p.Hint).Distinct()));

    internal static ImmutableSortedDictionary<string, FieldValue> Sets(IEnumerable<KeyValuePair<FieldPath, FieldValue>> fields) =>
        fields.ToImmutableSortedDictionary(f => f.Key.ToString(), f => f.Value, StringComparer.Ordinal);
}
