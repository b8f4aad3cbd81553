using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.Core.State;

/// <summary>One row's identity for one resource of the mapping: the unit of order.</summary>
/// <param name="Resource">The <c>ResourceMap</c>'s name (<c>price</c>; later entries of a list <c>price#2</c>).</param>
/// <param name="Table">The table the row stands in.</param>
/// <param name="Key">The key columns' canonical texts, percent-encoded (<c>%</c>, <c>,</c>, <c>/</c>, controls) and joined with commas: injective.</param>
public readonly record struct EntityKey(string Resource, TableId Table, string Key)
{
    /// <summary>What stands in the Stripe object's metadata: <c>public.prices/42</c>.</summary>
    public string RowText => $"{Table}/{Key}";

    public override string ToString() => $"{Resource}:{Table}/{Key}";
}
