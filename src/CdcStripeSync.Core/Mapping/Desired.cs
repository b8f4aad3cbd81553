using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping.Evaluation;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping;

/// <summary>What a row says its Stripe object should be. Equality is by content.</summary>
public sealed record Desired
{
    /// <summary>Null where a column that decides it is not known. Where it is false, nothing else of the row flows and <see cref="Fields"/> is empty.</summary>
    public required bool? Exists { get; init; }

    /// <summary>Fields whose value is known and sound. A field that is not here is unmapped, Stripe's, unknown or has a problem, and never leaves. Members of
    /// an object whose required one is left to Stripe are here all the same: <see cref="Standing"/>.</summary>
    public required ImmutableSortedDictionary<FieldPath, DesiredField> Fields { get; init; }

    /// <summary>The id that the mapping chooses, encoded to what Stripe accepts; none where it leaves it to Stripe.</summary>
    public string? StripeId { get; init; }

    /// <summary>The parent's canonical key text; null where the map has no parent, or the row names none.</summary>
    public string? ParentKey { get; init; }

    /// <summary>Null where the map has no <c>default_when</c> or it cannot be decided.</summary>
    public bool? IsDefault { get; init; }

    public ImmutableArray<FieldProblem> Problems { get; init; } = [];

    /// <summary>Columns whose value is needed and not known; sorted.</summary>
    public ImmutableArray<string> UnknownColumns { get; init; } = [];

    /// <summary>Columns that only a creation needs (fields of <see cref="Owner.SourceOnCreate"/>) and that are not known; sorted.</summary>
    public ImmutableArray<string> UnknownAtCreation { get; init; } = [];

    /// <summary>What is desired of an object that exists: of the objects in it, one whose required member is left to Stripe and that Stripe does not have is
    /// left out whole.</summary>
    /// <param name="isInStripe">Whether Stripe has the object at a path.</param>
    public Desired Standing(ResourceType type, Func<FieldPath, bool> isInStripe)
    {
        var givenOnce = Fields.Where(f => !f.Key.IsRoot && f.Value.Owner == Owner.SourceOnCreate).Select(f => KeyValuePair.Create(f.Key, f.Value with { Value = FieldValue.Nothing }));
        var said = Fields.SetItems(givenOnce); // what the row says of these now is not sent any more
        return said.Any(f => !f.Key.IsRoot && ObjectGroups.IsLeftToStripe(f.Value)) ? this with { Fields = ObjectGroups.Standing(type, said, isInStripe) } : this;
    }

    public bool Equals(Desired? other) =>
        other is not null
        && Exists == other.Exists && StripeId == other.StripeId && ParentKey == other.ParentKey && IsDefault == other.IsDefault
        && Fields.SequenceEqual(other.Fields)
        && Problems.SequenceEqual(other.Problems)
        && UnknownColumns.SequenceEqual(other.UnknownColumns)
        && UnknownAtCreation.SequenceEqual(other.UnknownAtCreation);

    public override int GetHashCode() => HashCode.Combine(Exists, StripeId, ParentKey, IsDefault, Fields.Count);
}
