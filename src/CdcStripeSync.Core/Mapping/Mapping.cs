using System.Collections.Immutable;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;

namespace CdcStripeSync.Core.Mapping;

/// <summary>A checked mapping: which rows become which objects, and who owns which field.</summary>
public sealed class Mapping
{
    private readonly Lazy<string> _fingerprint;

    public Mapping() => _fingerprint = new Lazy<string>(() => MappingFingerprint.Of(this));

    /// <summary>The grammar's version.</summary>
    public required int Version { get; init; }

    /// <summary>The pinned Stripe account; always there in live mode.</summary>
    public string? Account { get; init; }

    public StripeMode Mode { get; init; }

    public Rollout Rollout { get; init; }

    public BreadthLimit Breadth { get; init; } = BreadthLimit.Default;

    /// <summary>In the file's order.</summary>
    public required ImmutableArray<ResourceMap> Resources { get; init; }

    /// <summary>A hash of the mapping's meaning: comments, order and quoting do not change it,
    /// nor do <c>limits</c> and <c>rollout</c>, which say how fast and not what.</summary>
    public string Fingerprint => _fingerprint.Value;

    /// <summary>The maps that a table feeds.</summary>
    public IEnumerable<ResourceMap> For(TableId table) => Resources.Where(r => r.Matches(table));

    public ResourceMap? Find(string name) => Resources.FirstOrDefault(r => r.Name == name);

    /// <summary>Where the parent of a row can stand, in order. Where the mapping names the parent's resource alone these are one row's places at most: of tables
    /// in several schemas the one in the row's own is meant, if there is one, and one table may feed several maps.</summary>
    /// <param name="child">The row's map.</param>
    /// <param name="childTable">The row's table; a parent whose map names tables by a pattern stands in the same schema.</param>
    /// <param name="parentKey"><see cref="Desired.ParentKey"/>.</param>
    public ImmutableArray<EntityKey> ParentKeys(ResourceMap child, TableId childTable, string parentKey)
    {
        ImmutableArray<EntityKey> keys =
        [
            .. from parent in ParentsOf(child)
               let table = parent.From.TableBeside(childTable)
               where table is not null
               select new EntityKey(parent.Name, table.Value, parentKey),
        ];
        var isNamed = child.Parent is { Maps.IsEmpty: false };
        return isNamed || !keys.Any(k => k.Table.Schema == childTable.Schema) ? keys : keys.RemoveAll(k => k.Table.Schema != childTable.Schema);
    }

    /// <summary>Every map that can hold the parent of a row of <paramref name="child"/>: those that it names, else those of the parent's resource
    /// whose key has as many columns as it gives.</summary>
    public IEnumerable<ResourceMap> ParentsOf(ResourceMap child)
    {
        if (child.Parent is not { } parent) return [];
        return parent.Maps.IsEmpty
            ? Resources.Where(r => r.Type.Name == parent.Resource && r.KeyColumns.Length == parent.Columns.Length)
            : parent.Maps.Select(Find).OfType<ResourceMap>();
    }
}
