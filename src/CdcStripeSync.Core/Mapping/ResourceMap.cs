using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping;

/// <summary>How the rows of a table become the objects of one Stripe resource.</summary>
public sealed class ResourceMap
{
    /// <summary>Unique in the mapping: the resource's name, later entries of a list with <c>#2</c>, <c>#3</c> …</summary>
    public required string Name { get; init; }

    public required ResourceType Type { get; init; }

    public required TablePattern From { get; init; }

    /// <summary>The row's key, in order.</summary>
    public required ImmutableArray<string> KeyColumns { get; init; }

    /// <summary>The object's id, where the mapping chooses it.</summary>
    public Template? StripeIdTemplate { get; init; }

    public ParentReference? Parent { get; init; }

    /// <summary>None: every row exists.</summary>
    public Condition? ExistsWhen { get; init; }

    public OnDelete OnDelete { get; init; }

    /// <summary>Prices: the row that is its product's default price.</summary>
    public Condition? DefaultWhen { get; init; }

    /// <summary>Sorted by path.</summary>
    public required ImmutableArray<FieldRule> Fields { get; init; }

    /// <summary>Every column that the map reads: keys, parent, conditions and rules; sorted.</summary>
    public required ImmutableArray<string> Columns { get; init; }

    /// <summary>The rule of <c>lookup_key</c>, which only one object may hold at a time.</summary>
    public FieldRule? LookupKey => Rule(LookupKeyPath);

    private static readonly FieldPath LookupKeyPath = FieldPath.Parse("lookup_key");

    public FieldRule? Rule(FieldPath path) => Fields.FirstOrDefault(f => f.Path == path);

    public bool Matches(TableId table) => From.Matches(table);

    /// <summary>The row's identity; null where a key column is null or unknown.</summary>
    public EntityKey? KeyOf(TableId table, Row row) =>
        KeyEncoding.Encode(row, KeyColumns) is { } key ? new EntityKey(Name, table, key) : null;

    public override string ToString() => $"{Name} from {From}";
}
