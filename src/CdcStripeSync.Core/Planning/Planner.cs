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

    internal static readonly FieldPath Active = FieldPath.Parse("active");

    private static readonly FieldPath DefaultPrice = FieldPath.Parse("default_price");

    public static Plan Next(PlanInput input)
    {
        if (input.State.RowExists && input.Desired.Exists is null)
            return input.Desired.UnknownColumns.Length > 0 ? new Plan.Ask(input.Desired.UnknownColumns) : Held(input.Desired.Problems);
        if (!input.Exists) return Retirement.Next(input);
        if (input.State.Succession is not null) return SuccessionPlan.Continue(input);
        var creating = input.State.StripeId is null;
        if (Unknown(input, creating) is { Length: > 0 } columns) return new Plan.Ask(columns);
        if (input.HoldingProblems is { Length: > 0 } problems) return Held(problems);
        if (Parent(input, out var parentId) is { } waiting) return waiting;
        return creating ? Creation.Next(input, parentId) : Changes(input with { Desired = input.Desired.Standing(input.Map.Type, WasSent) }, parentId);

        bool WasSent(FieldPath around) => input.State.Base.Any(b => !b.Value.Value.IsNone && FieldPath.TryParse(b.Key, out var sent) && around.Contains(sent));
    }

    /// <summary>The step that points the parent's default price here.</summary>
    internal static PlanStep SetDefault(string parentId, string priceId) =>
        ParentStep(StepKind.SetDefault, parentId, FieldValue.Of(priceId), FieldValue.Of(parentId));

    /// <param name="breadth">Of the step that it makes room for: the two count once.</param>
    internal static PlanStep UnsetDefault(string parentId, BreadthKind breadth = BreadthKind.None) =>
        ParentStep(StepKind.UnsetDefault, parentId, FieldValue.Nothing, FieldValue.Nothing) with { Breadth = breadth };

    /// <summary>A default that somebody else set follows its price, and stays theirs.</summary>
    internal static PlanStep CarryDefault(string parentId, string priceId) =>
        SetDefault(parentId, priceId) with { Sets = Sets([]) };

    private static Plan Changes(PlanInput input, string? parentId)
    {
        if (input.Observed is { } seen && seen.Text("id") is null) return new Plan.Note(StateAfter.Gone(input.State));
        var changes = Difference.Of(input, parentId);
        if (changes.NeedsRead && input.Observed is null) return new Plan.Read(Observed: true, Parent: false);
        if (changes.Conflict is { } conflict) return new Plan.Hold(ParkReason.Conflict, conflict, "settle it in Stripe or in the row; on_conflict in the mapping can decide it for good");
        if (changes is { Uncleared: { } path, Immutable.IsEmpty: true }) // a successor is made without the value
            return new Plan.Hold(ParkReason.Held, $"{path} became null, and Stripe cannot clear it", "give the column a value, or set on_null: leave for the field");
        if (changes.Known.Count > 0) return new Plan.Note(StateAfter.Known(input.State, changes.Known)); // before a successor, which carries over what Stripe keeps
        if (changes.Immutable.Length > 0) return SuccessionPlan.Begin(input, changes.Immutable, parentId);
        var restoring = input.State.Phase is EntityPhase.Archived or EntityPhase.Kept;
        if (BeforeInactive(input, changes) is { } before) return before;
        if (changes.Updates.Count > 0 || restoring) return Update(input, changes, restoring, parentId);
        return Default(input, parentId);
    }

    private static Plan Update(PlanInput input, Difference changes, bool restoring, string? parentId)
    {
        var updates = changes.Updates;
        if (restoring && input.State.ArchivedByUs && !input.Map.Type.HasActive && input.Map.Type.Actions.Contains("reactivate")) return new Plan.Next(Reactivate(input));
        if (restoring && input.State.ArchivedByUs && input.Map.Type.HasActive && !RowSaysActive(input)) updates = updates.SetItem(Active, FieldValue.Of(true));
        if (updates.Count == 0) return new Plan.Note(input.State with { Phase = EntityPhase.Linked, ArchivedByUs = false });
        if (input.Observed is null && WholeObjects.NeedRead(input, updates)) return new Plan.Read(Observed: true, Parent: false);
        var parameters = Parameters.Empty;
        foreach (var (path, value) in WholeObjects.Of(input, updates)) parameters = parameters.With(path, value);
        var mayBeHeldByOurs = input.Claims.LookupKeyTransfer || !input.State.Predecessors.IsEmpty; // a predecessor keeps a key that its successor did not want
        if (updates.TryGetValue(Creation.LookupKey, out var key) && !key.IsNone && mayBeHeldByOurs && input.Map.Type.CanTransferLookupKey) parameters = parameters.With("transfer_lookup_key", FieldValue.Of(true));
        var id = input.State.StripeId!;
        var command = new StripeCommand("POST", input.Map.Type.ObjectPath(id), input.Map.Type.CollectionPath + "/{id}", parameters);
        var moved = input.Map.Parent is { } parent && updates.ContainsKey(parent.Field) ? parentId : null;
        return new Plan.Next(new PlanStep(restoring ? StepKind.Restore : StepKind.Update, command, Sets(updates), BreadthOf(input, updates), moved));
    }

    private static Plan Default(PlanInput input, string? parentId)
    {
        if (input.Map.DefaultWhen is null || parentId is null) return Plan.None;
        var mark = input.State.Base.GetValueOrDefault(DefaultMark)?.Value;
        var mine = mark is FieldValue.Text text && text.Value == parentId;
        var wanted = input.Desired.IsDefault == true && input.Claims.DefaultWon && IsActive(input);
        if (wanted == mine) return Plan.None;
        if (wanted) return new Plan.Next(SetDefault(parentId, input.State.StripeId!));
        if (input.Claims.OtherDefaultClaimant) return Plan.None; // the claimant overwrites it, or gives up and this row looks again; unsetting could undo what it did
        if (input.ObservedParent is null) return new Plan.Read(Observed: false, Parent: true);
        return input.IsShownAsDefault ? new Plan.Next(UnsetDefault(parentId)) : new Plan.Note(StateAfter.DefaultLost(input.State));
    }

    private static PlanStep Reactivate(PlanInput input)
    {
        var type = input.Map.Type;
        var command = new StripeCommand("POST", type.ActionPath(input.State.StripeId!, "reactivate"), type.CollectionPath + "/{id}/reactivate", Parameters.Empty);
        return new PlanStep(StepKind.Restore, command, Sets([]), BreadthKind.None);
    }

    /// <summary>Stripe refuses to make a default price inactive, whoever made it the default: it is unset first.</summary>
    private static Plan? BeforeInactive(PlanInput input, Difference changes)
    {
        if (!Stops(changes.Updates) || input.Map.Type.Name != "price" || input.State.ParentStripeId is not { } parentId) return null;
        if (input.ObservedParent is null) return new Plan.Read(Observed: false, Parent: true);
        return input.IsShownAsDefault ? new Plan.Next(UnsetDefault(parentId, BreadthKind.Archive)) : null;
    }

    private static bool Stops(ImmutableSortedDictionary<FieldPath, FieldValue> updates) => updates.GetValueOrDefault(Active) is FieldValue.Boolean { Value: false };

    /// <summary>Whoever says it, <c>active=false</c> takes an object out of use; but for one that has only been made, and that its row never had in use.</summary>
    private static BreadthKind BreadthOf(PlanInput input, ImmutableSortedDictionary<FieldPath, FieldValue> updates) =>
        Stops(updates) && input.State.Base.GetValueOrDefault("active") is not { Value.IsNone: true } ? BreadthKind.Archive : BreadthKind.None;

    /// <summary>By the row's word; where it has none, an object that was made inactive, or found so, is no active one.</summary>
    internal static bool IsActive(PlanInput input) =>
        (RowSaysActive(input) ? input.Desired.Fields[Active].Value : input.State.Base.GetValueOrDefault("active")?.Value) is not FieldValue.Boolean { Value: false };

    /// <summary>Whether the object is active is the source's to say, and it does.</summary>
    internal static bool RowSaysActive(PlanInput input) =>
        input.Desired.Fields.GetValueOrDefault(Active) is { Owner: Owner.Source or Owner.Shared, Value.IsNone: false };

    private static Plan? Parent(PlanInput input, out string? parentId)
    {
        parentId = (input.Parent as ParentStatus.Linked)?.StripeId;
        return input.Parent switch
        {
            ParentStatus.Unknown unknown => new Plan.Wait(unknown.WaitsFor, $"its {input.Map.Parent!.Resource} {unknown.WaitsFor} has no Stripe object yet"),
            ParentStatus.Several several => new Plan.Hold(
                ParkReason.Held, $"its {input.Map.Parent!.Resource} can be {string.Join(" or ", several.Rows)}: there is a row in each",
                "let one key stand in one of these tables only, or name one map in `parent`; then release this row"),
            ParentStatus.Linked or ParentStatus.NotNeeded => null,
            _ => throw new InvalidOperationException($"parent {input.Parent}"),
        };
    }

    private static PlanStep ParentStep(StepKind kind, string parentId, FieldValue price, FieldValue mark)
    {
        var collection = "/v1/products";
        var command = new StripeCommand("POST", $"{collection}/{Uri.EscapeDataString(parentId)}", collection + "/{id}", Parameters.Empty.With(DefaultPrice, price));
        var sets = ImmutableSortedDictionary.Create<string, FieldValue>(StringComparer.Ordinal).Add(DefaultMark, mark);
        return new PlanStep(kind, command, sets, BreadthKind.None, parentId);
    }

    private static ImmutableArray<string> Unknown(PlanInput input, bool creating) =>
        creating ? [.. input.Desired.UnknownColumns.Union(input.FirstCreatable.UnknownAtCreation, StringComparer.Ordinal)] : input.Desired.UnknownColumns;

    private static Plan.Hold Held(ImmutableArray<FieldProblem> problems) =>
        new(ParkReason.Held, string.Join("; ", problems.Select(p => $"{p.Path}: {p.Message}")), string.Join("; ", problems.Select(p => p.Hint).Distinct()));

    internal static ImmutableSortedDictionary<string, FieldValue> Sets(IEnumerable<KeyValuePair<FieldPath, FieldValue>> fields) =>
        fields.ToImmutableSortedDictionary(f => f.Key.ToString(), f => f.Value, StringComparer.Ordinal);
}
