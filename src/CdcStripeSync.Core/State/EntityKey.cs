using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.Core.State;

/// <summary>One row's identity for one resource of the mapping: the unit of order.</summary>
/// <param name="Resource">The <c>ResourceMap</c>'s name (<c>price</c>; later entries of a list <c>price#2</c>).</param>
/// <param name="Table">The table the row stands in.</param>
/// <param name="Key">The key columns' canonical texts, percent-encoded (<c>%</c>, <c>,</c>, <c>/</c>, controls) and joined with commas: injective.</param>
public readonly record struct EntityKey(string Resource, TableId Table, string Key)
{
    /// <summary>What stands in the Stripe object's metadata: <c>public.prices/42</c>. One table can feed several maps of a resource: what those that are
    /// numbered make says of which it is (<c>price#2:public.prices/42</c>).</summary>
    public string RowText => $"{PrefixOf(Resource)}{Table}/{Key}";

    /// <summary>What a map's <see cref="RowText"/> begins with, before the table.</summary>
    public static string PrefixOf(string resource) => resource.Contains('#', StringComparison.Ordinal) ? $"{resource}:" : "";

    public override string ToString() => $"{Resource}:{Table}/{Key}";
}
