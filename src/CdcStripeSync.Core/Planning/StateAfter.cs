using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Planning;

/// <summary>The state that a confirmed step leaves. Pure.</summary>
public static class StateAfter
{
    /// <param name="answer">Stripe's answer: the object created, updated or deleted.</param>
    /// <param name="position">The source position of the image that was sent.</param>
    public static EntityState Step(EntityState state, PlanStep step, FieldValue.Object answer, string? requestId, SourcePosition position)
    {
        var settled = state.Base;
        foreach (var (path, value) in step.Sets)
            settled = path == Planner.DefaultMark && value.IsNone ? settled.Remove(path) : settled.SetItem(path, new BaseField(value, position, requestId));
        var next = state with { Base = settled };
        return step.Kind switch
        {
            StepKind.Create => Created(next, step, answer) with { Succession = null },
            StepKind.CreateSuccessor => Succeeded(state, next, step, answer),
            StepKind.Update => next with { ParentStripeId = step.ParentId ?? state.ParentStripeId },
            StepKind.SetDefault or StepKind.UnsetDefault => next with { Succession = next.Succession is { } s ? s with { DefaultMoved = true } : null },
            StepKind.Archive => DefaultLost(next) with { Phase = EntityPhase.Archived, ArchivedByUs = true },
            StepKind.ArchivePredecessor => next with { Succession = null },
            StepKind.Restore => next with { Phase = EntityPhase.Linked, ArchivedByUs = false, ParentStripeId = step.ParentId ?? state.ParentStripeId },
            StepKind.Delete => Gone(next) with { Phase = EntityPhase.Deleted },
            _ => throw new InvalidOperationException($"step {step.Kind}"),
        };
    }

    /// <summary>An object that stood in the account before is the row's from now on: what it shows counts as sent, so that exactly what differs
    /// is brought up to date. It is no creation: what the source gives only once is not sent. Where the row has an object, this one is its successor: the
    /// old one is archived, if it is not yet.</summary>
    public static EntityState Adopted(EntityState state, ResourceMap map, Desired desired, FieldValue.Object found, SourcePosition position)
    {
        var settled = Nothing;
        foreach (var (path, field) in desired.Fields.Where(f => f.Value.Owner is Owner.Source or Owner.Shared))
        {
            if (AsFound(map.Type, path, field.Value, found) is { } value) settled = settled.SetItem(path.ToString(), new BaseField(value, position, null));
        }

        foreach (var once in map.Fields.Where(f => f.Owner == Owner.SourceOnCreate))
        {
            if (found.At(once.Path) is { IsNone: false } value) settled = settled.SetItem(once.Path.ToString(), new BaseField(value, position, null));
        }

        if (map.Type.HasMetadata) settled = settled.SetItem(Creation.KeyPath.ToString(), new BaseField(found.At(Creation.KeyPath), position, null));
        var id = found.Text("id") ?? throw new InvalidOperationException("the adopted object has no id");
        var old = state.StripeId == id ? null : state.StripeId;
        var isSold = found.At(Planner.Active) == FieldValue.Of(true);
        return state with
        {
            Phase = EntityPhase.Linked,
            StripeId = id,
            ParentStripeId = ParentStatus.FieldOf(map) is { } parent ? IdAt(found, parent) : null,
            Base = settled,
            FirstImage = null,
            Intent = null,
            ArchivedByUs = false,
            Predecessors = old is null ? state.Predecessors : state.Predecessors.Add(old),
            // Should the old one still be its product's default, Stripe refuses to archive it, and the default moves first.
            Succession = isSold && old is not null ? new Succession(old, DefaultMoved: true) : null,
        };
    }

    /// <summary>Nothing is left of the object in Stripe: the row's next one is of a new generation.</summary>
    public static EntityState Gone(EntityState state) => state with
    {
        Phase = EntityPhase.Absent,
        Generation = state.Generation + 1,
        StripeId = null,
        ParentStripeId = null,
        Base = Nothing,
        ArchivedByUs = false,
        Succession = null,
    };

    /// <summary>Somebody else took the object out of use before its row went: it is not ours to put back.</summary>
    internal static EntityState FoundInactive(EntityState state) =>
        Known(DefaultLost(state), ImmutableSortedDictionary<FieldPath, FieldValue>.Empty.Add(Planner.Active, FieldValue.Of(false))) with { Phase = EntityPhase.Archived, ArchivedByUs = false };

    /// <summary>What Base says of a value that only one object can hold; null where this row's object does not hold it.</summary>
    /// <param name="field"><c>lookup_key</c> or <see cref="Planner.DefaultMark"/>.</param>
    /// <param name="value">The lookup key, or the parent's Stripe id.</param>
    public static BaseField? Holding(EntityState state, string field, string value) =>
        state.Base.GetValueOrDefault(field) is { Value: FieldValue.Text held } known && held.Value == value ? known : null;

    /// <summary>The value moved to another row, away from the request that had put it here: one that took it again since is still this row's own.</summary>
    public static EntityState Lost(EntityState state, string field, string value, string? requestId) =>
        Holding(state, field, value) is { } held && held.RequestId == requestId ? state with { Base = state.Base.Remove(field) } : state;

    /// <summary>The price is no default any more.</summary>
    public static EntityState DefaultLost(EntityState state) => state with { Base = state.Base.Remove(Planner.DefaultMark) };

    /// <summary>Stripe does not archive the old price, since it became its product's default after the product was read: the default has to move first.</summary>
    public static EntityState OldIsDefault(EntityState state) =>
        state.Succession is { } succession ? state with { Succession = succession with { DefaultMoved = false } } : state;

    /// <summary>Stripe shows these values already, or its own were preferred to them: there is nothing to send.</summary>
    internal static EntityState Known(EntityState state, ImmutableSortedDictionary<FieldPath, FieldValue> fields)
    {
        var position = state.Streamed is { Position.IsKnown: true } streamed ? streamed.Position : state.Snapshot?.Position ?? default;
        return state with { Base = state.Base.SetItems(fields.Select(f => KeyValuePair.Create(f.Key.ToString(), new BaseField(f.Value, position, null)))) };
    }

    /// <summary>As the row says it, where the object shows that: Stripe's additions to it are no difference. None where the row has no value and
    /// Stripe cannot be told so: it keeps what it has.</summary>
    private static FieldValue? AsFound(ResourceType type, FieldPath path, FieldValue desired, FieldValue.Object found)
    {
        if (found.Shows(type, path, desired)) return desired;
        return desired.IsNone && type.Field(path, FieldUse.Update) is { CanClear: false } ? null : found.At(path);
    }

    private static string? IdAt(FieldValue.Object found, FieldPath path) => found.At(path) switch
    {
        FieldValue.Text id => id.Value,
        FieldValue.Object expanded => expanded.Text("id"),
        _ => null,
    };

    private static ImmutableSortedDictionary<string, BaseField> Nothing => ImmutableSortedDictionary.Create<string, BaseField>(StringComparer.Ordinal);

    private static EntityState Created(EntityState state, PlanStep step, FieldValue.Object answer) => state with
    {
        Phase = EntityPhase.Linked,
        StripeId = answer.Text("id") ?? throw new InvalidOperationException($"Stripe's answer to {step.Command.Path} has no id"),
        ParentStripeId = step.ParentId,
        FirstImage = null,
        Intent = null,
        ArchivedByUs = false,
    };

    private static EntityState Succeeded(EntityState before, EntityState state, PlanStep step, FieldValue.Object answer)
    {
        var old = before.StripeId!;
        var created = Created(state with { Base = Rebased(state, step) }, step, answer);
        var succession = step is { OldIsInactive: true, OldWasDefault: false } ? null : new Succession(old, DefaultMoved: !step.OldWasDefault);
        return created with { Predecessors = before.Predecessors.Add(old), Succession = succession };
    }

    /// <summary>The successor has what was sent; a field that no longer has a value is not carried over. A default that we set stays ours.</summary>
    private static ImmutableSortedDictionary<string, BaseField> Rebased(EntityState state, PlanStep step) =>
        Nothing.AddRange(state.Base.Where(f => step.Sets.ContainsKey(f.Key) || (step.OldWasDefault && f.Key == Planner.DefaultMark)));
}
