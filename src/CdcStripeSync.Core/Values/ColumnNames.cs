using System.Collections.Frozen;
using System.Collections.Immutable;

namespace CdcStripeSync.Core.Values;

/// <summary>The columns of a table's rows, in order, shared by all rows of one writer's schema: a row then holds its values only.</summary>
public sealed class ColumnNames
{
    private readonly FrozenDictionary<string, int> _places;

    private ColumnNames(ImmutableArray<string> names)
    {
        Names = names;
        All = names.ToFrozenSet(StringComparer.Ordinal);
        _places = names.Select((name, place) => KeyValuePair.Create(name, place)).ToFrozenDictionary(StringComparer.Ordinal);
    }

    public ImmutableArray<string> Names { get; }

    public IReadOnlySet<string> All { get; }

    public int Count => Names.Length;

    /// <summary>Null where a name is there twice: which of the two is meant nobody can say.</summary>
    public static ColumnNames? Of(IEnumerable<string> names)
    {
        ImmutableArray<string> all = [.. names];
        return all.Distinct(StringComparer.Ordinal).Count() == all.Length ? new ColumnNames(all) : null;
    }

    /// <summary>The column's place; negative where there is none of that name.</summary>
    public int PlaceOf(string name) => _places.TryGetValue(name, out var place) ? place : -1;
}
