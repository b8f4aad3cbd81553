using System.Collections.Frozen;
using System.Collections.Immutable;

namespace CdcStripeSync.Core.Catalogue;

/// <summary>One of Stripe's resources as the catalogue knows it. Source: Stripe's OpenAPI document, by <c>eng/catalogue/derive.mjs</c>.</summary>
public sealed class ResourceType
{
    /// <summary>A single key of <c>metadata</c>.</summary>
    private static readonly FieldType MetadataValue = new(FieldKind.Text) { MaxLength = 500, InCreate = true, InUpdate = true, CanClear = true };

    internal ResourceType(string name, string collectionPath, ImmutableSortedDictionary<string, FieldType> fields)
    {
        Name = name;
        CollectionPath = collectionPath;
        Fields = fields;
    }

    /// <summary>Stripe's singular name, as in the field <c>object</c>: <c>price</c>, <c>billing.meter</c>.</summary>
    public string Name { get; }

    /// <summary><c>/v1/products</c>; a resource inside another has a placeholder: <c>/v1/products/{product}/features</c>.</summary>
    public string CollectionPath { get; }

    /// <summary>The top-level parameters of creation and update.</summary>
    public ImmutableSortedDictionary<string, FieldType> Fields { get; }

    /// <summary>The query parameters of the list.</summary>
    public required FrozenSet<string> ListFilters { get; init; }

    /// <summary>Posts beneath the object's path that take no field (<c>deactivate</c>, <c>reactivate</c>).</summary>
    public required ImmutableArray<string> Actions { get; init; }

    /// <summary>By a parent's resource name, the field that holds the parent's id.</summary>
    public required ImmutableSortedDictionary<string, FieldPath> ParentFields { get; init; }

    /// <summary>Fields that Stripe shows only where a read asks for them. Source: Stripe's API reference, "expandable".</summary>
    public ImmutableArray<string> ShownOnRequest => Name switch
    {
        "price" => ["currency_options", "tiers"],
        "plan" => ["tiers"],
        "coupon" => ["applies_to", "currency_options"],
        "customer" => ["tax"],
        "promotion_code" => ["restrictions.currency_options"],
        _ => [],
    };

    /// <summary>Stripe fixes the object's substance at creation (a price's amount, a coupon's percentage): fields that cannot change are its nature.</summary>
    public required bool FixedAtCreation { get; init; }

    /// <summary>Parameters that a mapping must say in another way, with that way.</summary>
    public required ImmutableSortedDictionary<string, string> Unmappable { get; init; }

    public required bool CanUpdate { get; init; }

    public required bool CanDelete { get; init; }

    /// <summary>Archived and restored with <c>active</c>.</summary>
    public bool HasActive => Fields.TryGetValue("active", out var active) && active.InUpdate;

    /// <summary>Can be taken out of use without deleting it, by <c>active</c> or by an action.</summary>
    public bool CanArchive => HasActive || Actions.Contains("deactivate");

    /// <summary>One object at a time holds a lookup key, and a request can move it there (a price's).</summary>
    public bool CanTransferLookupKey => Name == "price";

    public bool CallerChoosesId => Fields.TryGetValue("id", out var id) && id.InCreate;

    public bool HasMetadata => Fields.ContainsKey("metadata");

    /// <summary>The resource whose id stands in the path (<c>product</c> of <c>/v1/products/{product}/features</c>); its parent field is then no parameter.</summary>
    public string? PathParent =>
        CollectionPath.IndexOf('{', StringComparison.Ordinal) is >= 0 and var start ? CollectionPath[(start + 1)..CollectionPath.IndexOf('}', start)] : null;

    /// <summary>Where objects are created and listed.</summary>
    /// <param name="parentId">Needed exactly where there is a <see cref="PathParent"/>.</param>
    public string CollectionPathUnder(string? parentId)
    {
        if (PathParent is not { } parent) return CollectionPath;
        ArgumentNullException.ThrowIfNull(parentId);
        return CollectionPath.Replace("{" + parent + "}", Uri.EscapeDataString(parentId), StringComparison.Ordinal);
    }

    /// <summary>The path of one object; ids are percent-encoded.</summary>
    public string ObjectPath(string id, string? parentId = null) => $"{CollectionPathUnder(parentId)}/{Uri.EscapeDataString(id)}";

    /// <summary>The path of an action on one object.</summary>
    public string ActionPath(string id, string action) => $"{ObjectPath(id)}/{action}";

    public FieldPath? ParentField(string parentResource) =>
        ParentFields.TryGetValue(parentResource, out var field) ? field : null;

    /// <summary>The field at a path; null where the request in question does not have it.</summary>
    public FieldType? Field(FieldPath path, FieldUse use = FieldUse.Either)
    {
        if (path.IsMetadataKey) return HasMetadata ? MetadataValue : null;
        if (!Fields.TryGetValue(path.Root, out var field)) return null;
        var (inCreate, inUpdate, clear) = (field.InCreate, field.InUpdate, field.CanClear);
        foreach (var segment in path.Segments.AsSpan()[1..])
        {
            var member = field.Kind == FieldKind.Map ? field.Items : field.Members.GetValueOrDefault(segment);
            if (member is null) return null;
            if (field.Kind == FieldKind.Map)
            {
                clear = member.CanClear; // clearing the whole map would take the other keys too
            }
            else
            {
                inCreate &= member.InCreate;
                inUpdate &= member.InUpdate;
                clear |= member.CanClear;
            }

            field = member;
        }

        var applies = use switch
        {
            FieldUse.Create => inCreate,
            FieldUse.Update => inUpdate,
            FieldUse.Either => true,
            _ => throw new ArgumentOutOfRangeException(nameof(use)),
        };
        if (!applies) return null;
        return field.InCreate == inCreate && field.InUpdate == inUpdate && field.CanClear == clear
            ? field
            : field with { InCreate = inCreate, InUpdate = inUpdate, CanClear = clear && inUpdate };
    }

    /// <summary>The object around a field that an update replaces and clears as one value (<c>address</c> of <c>address.line1</c>); none
    /// where its members are told one by one.</summary>
    public FieldPath? Whole(FieldPath path)
    {
        FieldPath? whole = null;
        for (var around = path.Parent; around is { } outer; around = outer.Parent)
        {
            if (Member(outer) is { Kind: FieldKind.Object, CanClear: true }) whole = outer;
        }

        return whole;
    }

    /// <summary>An update with the empty string unsets the field alone.</summary>
    public bool ClearsAlone(FieldPath path) => path.IsMetadataKey ? HasMetadata : Member(path) is { CanClear: true };

    /// <summary>The field by its own description, whatever the objects around it say.</summary>
    private FieldType? Member(FieldPath path)
    {
        var field = Fields.GetValueOrDefault(path.Root);
        foreach (var segment in path.Segments.AsSpan()[1..]) field = field?.Kind == FieldKind.Map ? field.Items : field?.Members.GetValueOrDefault(segment);
        return field;
    }

    public override string ToString() => Name;
}
