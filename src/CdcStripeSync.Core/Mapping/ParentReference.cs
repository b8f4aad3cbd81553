using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;

namespace CdcStripeSync.Core.Mapping;

/// <summary>The row whose object this row's object belongs to.</summary>
/// <param name="Resource">The parent's resource, by Stripe's name.</param>
/// <param name="Columns">This row's columns that hold the parent's key, in the parent's key order.</param>
/// <param name="Field">The field that holds the parent's Stripe id.</param>
public sealed record ParentReference(string Resource, ImmutableArray<string> Columns, FieldPath Field)
{
    /// <summary>The maps of which the parent can be a row, by name, in order; empty where the mapping names the resource alone: then the tables tell.</summary>
    public ImmutableArray<string> Maps { get; init; } = [];

    public override string ToString() => $"{Resource}{(Maps.IsEmpty ? "" : $" of {string.Join(" or ", Maps)}")}({string.Join(",", Columns)}) in {Field}";
}
