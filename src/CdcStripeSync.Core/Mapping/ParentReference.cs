using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;

namespace CdcStripeSync.Core.Mapping;

/// <summary>The row whose object this row's object belongs to.</summary>
/// <param name="Resource">The parent's resource, by Stripe's name.</param>
/// <param name="Columns">This row's columns that hold the parent's key, in the parent's key order.</param>
/// <param name="Field">The field that holds the parent's Stripe id.</param>
public sealed record ParentReference(string Resource, ImmutableArray<string> Columns, FieldPath Field)
{
    public override string ToString() => $"{Resource}({string.Join(",", Columns)}) in {Field}";
}
