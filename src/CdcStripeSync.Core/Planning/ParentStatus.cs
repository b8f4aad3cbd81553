using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Planning;

/// <summary>How the parent stands. A closed set.</summary>
public abstract record ParentStatus
{
    private ParentStatus()
    {
    }

    private static readonly FieldPath Product = FieldPath.Parse("product");

    /// <summary>Where the map has no parent: a price belongs to a product all the same, which a rule names by its Stripe id.</summary>
    public static ParentStatus WithoutParent(ResourceMap map, EntityState child, Desired desired)
    {
        if (map.Parent is not null || map.Type.Name != "price" || desired.Fields.GetValueOrDefault(Product) is not { Value: FieldValue.Text named, Owner: var owner }) return new NotNeeded();
        return new Linked(owner == Owner.SourceOnCreate && child.ParentStripeId is { } made ? made : named.Value);
    }

    /// <summary>Where an object shows its parent.</summary>
    internal static FieldPath? FieldOf(ResourceMap map) => map.Parent?.Field ?? (map.Type.Name == "price" ? Product : null);

    /// <summary>The map has no parent, or the row names none.</summary>
    public sealed record NotNeeded : ParentStatus;

    /// <summary>No object yet.</summary>
    /// <param name="WaitsFor"><c>resource/key</c></param>
    public sealed record Unknown(string WaitsFor) : ParentStatus;

    /// <summary>A current object, archived or not: a child may be made under both.</summary>
    public sealed record Linked(string StripeId) : ParentStatus;

    /// <summary>The mapping names several maps, and more than one has the row.</summary>
    public sealed record Several(ImmutableArray<EntityKey> Rows) : ParentStatus;
}
