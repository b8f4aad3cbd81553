using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Core.State;

namespace CdcStripeSync.Core.Planning;

/// <summary>An immutable field changed: create the successor (it takes the lookup key), move the default, archive the old one. In this
/// order there is always something to sell.</summary>
internal static class SuccessionPlan
{
    private static readonly FieldPath Code = FieldPath.Parse("code");

    public static Plan Begin(PlanInput input, ImmutableArray<FieldPath> changed, string? parentId)
    {
        var hasDefault = input.Map.Type.Name == "price";
        if (input.Observed is null || (hasDefault && input.ObservedParent is null)) return new Plan.Read(Observed: true, Parent: hasDefault);
        if (ShownAlready(input, input.Observed, changed, parentId) is { } note) return note;
        if (!input.Map.Type.HasActive && !input.Observed.IsInactive()) return Held(input.Map.Type, changed);
        var (owned, sent) = Content(input, input.Observed);
        if (InAnotherCurrency(input, input.Observed, owned, sent) is { } held) return held;
        if (input.IsShownAsDefault && input.State.ParentStripeId is { } was && was != parentId) return new Plan.Next(Planner.UnsetDefault(was, BreadthKind.PriceChange));
        return new Plan.Next(KeepsItsCode(input, input.Observed) ? Switch(input, on: false, StepKind.Archive, BreadthKind.PriceChange) : Create(input, input.Observed, owned, sent, parentId));
    }

    /// <summary>What has no <c>active</c> is not replaced by itself: a deleted coupon is gone for good, and prices bill by a meter until it is deactivated.</summary>
    private static Plan.Hold Held(ResourceType type, ImmutableArray<FieldPath> changed)
    {
        var (ends, then) = type.CanArchive ? ("deactivate", "another is made then") : ("delete", "it is made anew then");
        return new Plan.Hold(
            ParkReason.Held, $"{string.Join(", ", changed)} cannot change once a {type.Name} exists",
            $"{ends} the object in Stripe and release this row ({then}), or set the value back");
    }

    /// <summary>Stripe has a promotion code's code among the active ones once only: under the same code the old one goes first. Nobody buys at a promotion
    /// code, so there is something to sell meanwhile.</summary>
    private static bool KeepsItsCode(PlanInput input, FieldValue.Object observed) =>
        input.Map.Type.Name == "promotion_code" && Planner.IsActive(input) && observed.At(Planner.Active) == FieldValue.Of(true)
        && (input.Desired.Fields.GetValueOrDefault(Code)?.Value is not FieldValue.Text wanted || string.Equals(wanted.Value, observed.Text("code"), StringComparison.OrdinalIgnoreCase));

    private static PlanStep Switch(PlanInput input, bool on, StepKind kind, BreadthKind breadth)
    {
        var active = ImmutableSortedDictionary<FieldPath, FieldValue>.Empty.Add(Planner.Active, FieldValue.Of(on));
        var command = new StripeCommand("POST", input.Map.Type.ObjectPath(input.State.StripeId!), input.Map.Type.CollectionPath + "/{id}", Parameters.Empty.With(Planner.Active, FieldValue.Of(on)));
        return new PlanStep(kind, command, Planner.Sets(active), breadth);
    }

    /// <summary>The successor exists: what is still to do. It comes before anything else that the row wants, so that nothing is sold at two prices for long.</summary>
    public static Plan Continue(PlanInput input)
    {
        var succession = input.State.Succession!;
        var wasMadeInactive = input.State.Base.GetValueOrDefault("active")?.Value is FieldValue.Boolean { Value: false };
        // Sold again since: it is on sale before the old one goes.
        if (wasMadeInactive && input.Exists && input.Map.Type.Name == "price" && Planner.IsActive(input)) return new Plan.Next(Switch(input, on: true, StepKind.Update, BreadthKind.None));
        if (succession.DefaultMoved || input.State.ParentStripeId is not { } parentId) return new Plan.Next(ArchiveOld(input));
        if (!wasMadeInactive && input.Desired.IsDefault == true && input.Claims.DefaultWon) return new Plan.Next(Planner.SetDefault(parentId, input.State.StripeId!));
        // Another row may have taken the default since it was read: then there is nothing to move, and nothing to take back.
        if (input.ObservedParent is null) return new Plan.Read(Observed: false, Parent: true);
        if (input.ObservedParent.Text("default_price") is var shown && shown != succession.OldId && shown != input.State.StripeId)
            return new Plan.Note(StateAfter.DefaultLost(input.State) with { Succession = succession with { DefaultMoved = true } });
        if (wasMadeInactive) return new Plan.Next(Planner.UnsetDefault(parentId)); // the change of its amount counted
        var isOurs = input.State.Base.ContainsKey(Planner.DefaultMark);
        return new Plan.Next(isOurs ? Planner.SetDefault(parentId, input.State.StripeId!) : Planner.CarryDefault(parentId, input.State.StripeId!));
    }

    public static PlanStep ArchiveOld(PlanInput input)
    {
        var type = input.Map.Type;
        var command = new StripeCommand("POST", type.ObjectPath(input.State.Succession!.OldId), type.CollectionPath + "/{id}", Parameters.Empty.With(Planner.Active, FieldValue.Of(false)));
        return new PlanStep(StepKind.ArchivePredecessor, command, ImmutableSortedDictionary.Create<string, FieldValue>(StringComparer.Ordinal), BreadthKind.None);
    }

    /// <summary>What was thought to differ stands in Stripe already (the mapping learnt of a field, or the object was adopted): nothing is replaced for that.</summary>
    private static Plan.Note? ShownAlready(PlanInput input, FieldValue.Object observed, ImmutableArray<FieldPath> changed, string? parentId)
    {
        var known = ImmutableSortedDictionary<FieldPath, FieldValue>.Empty;
        foreach (var path in changed)
        {
            var isParent = path == input.Map.Parent?.Field;
            var wanted = !isParent ? input.Desired.Fields[path].Value : parentId is null ? FieldValue.Nothing : FieldValue.Of(parentId);
            if (!observed.Shows(input.Map.Type, path, wanted, isParent ? null : Difference.Sent(input, path))) continue;
            if (isParent) return new Plan.Note(input.State with { ParentStripeId = parentId });
            known = known.SetItem(path, wanted);
        }

        return known.IsEmpty ? null : new Plan.Note(StateAfter.Known(input.State, known));
    }

    /// <summary>What the row says of the successor, and all that it is made of.</summary>
    private static (ImmutableSortedDictionary<FieldPath, FieldValue> Owned, ImmutableSortedDictionary<FieldPath, FieldValue> Sent) Content(PlanInput input, FieldValue.Object observed)
    {
        var owned = Creation.Fields(input).RemoveRange(input.Map.Fields.Where(f => f.Owner == Owner.SourceOnCreate).Select(f => f.Path));
        return (owned, Inheritance.From(observed, input, owned).SetItems(owned).SetItems(SharedAsShown(input, observed, owned)));
    }

    /// <summary>An amount that is not the row's is carried over as a number: in another currency it would be another amount.</summary>
    private static Plan.Hold? InAnotherCurrency(
        PlanInput input, FieldValue.Object observed, ImmutableSortedDictionary<FieldPath, FieldValue> owned, ImmutableSortedDictionary<FieldPath, FieldValue> sent)
    {
        var type = input.Map.Type;
        foreach (var (path, value) in sent.Where(f => AmountFields.Is(f.Key) && AmountFields.CurrencyInPath(f.Key) is null && !f.Value.IsNone))
        {
            if (owned.TryGetValue(path, out var mine) && FieldNormaliser.AreEqual(type, path, mine, value)) continue;
            if (AmountFields.CurrencyField(type, path) is not { } field || sent.GetValueOrDefault(field) is not FieldValue.Text now) continue;
            if (FieldNormaliser.AreEqual(type, field, now, observed.At(field))) continue;
            return new Plan.Hold(
                ParkReason.Held, $"{field} becomes {now.Value}, and {path} is not the row's to say: the same number would be another amount",
                $"let the row give {path} (`owner: source`, with a value), or set {field} back");
        }

        return null;
    }

    private static PlanStep Create(
        PlanInput input, FieldValue.Object observed, ImmutableSortedDictionary<FieldPath, FieldValue> owned, ImmutableSortedDictionary<FieldPath, FieldValue> sent, string? parentId)
    {
        var type = input.Map.Type;
        if (StaysInactive(input, observed)) (owned, sent) = (owned.SetItem(Planner.Active, FieldValue.Of(false)), sent.SetItem(Planner.Active, FieldValue.Of(false)));
        var body = Creation.Body(input, sent.Where(f => !f.Value.IsNone), parentId);
        if (body.Members.ContainsKey("lookup_key") && type.CanTransferLookupKey) body = body.With("transfer_lookup_key", FieldValue.Of(true));
        var path = type.CollectionPathUnder(type.PathParent is null ? null : parentId);
        var command = new StripeCommand("POST", path, type.CollectionPath, body);
        var isInactive = observed.IsInactive();
        var breadth = isInactive && type.Name == "promotion_code" ? BreadthKind.None : BreadthKind.PriceChange; // its withdrawal counted
        return new PlanStep(StepKind.CreateSuccessor, command, Creation.Settles(input, owned.SetItems(CarriedOver(input.Map, owned, body))), breadth, parentId, input.IntentId)
        {
            OldWasDefault = input.IsShownAsDefault,
            OldIsInactive = isInactive,
        };
    }

    /// <summary>What the successor has of mapped fields without the row saying so now (given once, or left to Stripe): its other values stand or fall with
    /// it (an interval), and a lookup key is still the row's claim.</summary>
    private static IEnumerable<KeyValuePair<FieldPath, FieldValue>> CarriedOver(ResourceMap map, ImmutableSortedDictionary<FieldPath, FieldValue> owned, FieldValue.Object body) =>
        from field in map.Fields
        where field.Owner != Owner.Stripe && !owned.ContainsKey(field.Path)
        let value = body.At(field.Path)
        where !value.IsNone
        select KeyValuePair.Create(field.Path, value);

    /// <summary>Somebody took the object out of use, and whether it is in use is not the row's to say.</summary>
    private static bool StaysInactive(PlanInput input, FieldValue.Object observed) =>
        observed.IsInactive() && !input.State.ArchivedByUs && !Planner.RowSaysActive(input) && input.Map.Type.Field(Planner.Active, FieldUse.Create) is not null;

    /// <summary>A shared field that the source did not change is carried over as Stripe has it.</summary>
    private static IEnumerable<KeyValuePair<FieldPath, FieldValue>> SharedAsShown(PlanInput input, FieldValue.Object observed, ImmutableSortedDictionary<FieldPath, FieldValue> owned) =>
        from field in input.Desired.Fields
        where field.Value.Owner == Owner.Shared && owned.ContainsKey(field.Key) && !Difference.IsChanged(input, field.Key, field.Value)
        select KeyValuePair.Create(field.Key, Inheritance.Request(input.Map.Type.Field(field.Key)!, observed.At(field.Key)));
}
