using System.Collections.Immutable;
using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>Whether each map's parent is mapped, its key fits, and no row could mean one of several.</summary>
internal sealed class ParentChecks(ErrorList errors, Mapping mapping)
{
    /// <param name="child">A map with a parent.</param>
    /// <param name="where">Where its <c>parent</c> stands.</param>
    /// <param name="meant">Resources that misspelt ones probably mean: they are not reported as missing.</param>
    public void Run(ResourceMap child, (YamlMark At, string Path) where, IReadOnlySet<string> meant)
    {
        var parent = child.Parent!;
        ImmutableArray<ResourceMap> mapped = [.. mapping.Resources.Where(r => r.Type.Name == parent.Resource)];
        var missing = Missing(parent, mapped);
        if (missing is not null && meant.Contains(parent.Resource)) return;
        if ((missing ?? Unfit(parent, mapped) ?? Undecided(child)) is not { } mistake) return;
        errors.Add(where.At, where.Path, mistake.Message, mistake.Hint);
    }

    private static (string Message, string Hint)? Missing(ParentReference parent, ImmutableArray<ResourceMap> mapped)
    {
        if (mapped.IsEmpty) return ($"the parent {parent.Resource} is not mapped", $"map {parent.Resource} too, or fill '{parent.Field}' by a rule");
        return parent.Maps.FirstOrDefault(name => mapped.All(m => m.Name != name)) is { } missing
            ? ($"there is no {missing}", $"there is {string.Join(", ", mapped.Select(Shown))}")
            : null;
    }

    /// <summary>The table's name is not known, or its key is another.</summary>
    private static (string Message, string Hint)? Unfit(ParentReference parent, ImmutableArray<ResourceMap> mapped)
    {
        var named = parent.Maps.IsEmpty ? mapped : mapped.RemoveAll(m => !parent.Maps.Contains(m.Name));
        if (named.FirstOrDefault(m => !m.From.HasTableName) is { } nameless)
            return ($"the parent's table is not known: '{nameless.From}' ends in no plain table name", "end the parent's expression with [.] and the table's name");
        var misfits = named.RemoveAll(m => m.KeyColumns.IsEmpty || m.KeyColumns.Length == parent.Columns.Length);
        if (misfits.IsEmpty || (parent.Maps.IsEmpty && misfits.Length < named.Length)) return null;
        return ($"{parent.Columns.Length} column(s) for a key of {misfits[0].KeyColumns.Length}", $"name them in the order of {misfits[0].Name}'s key: {string.Join(", ", misfits[0].KeyColumns)}");
    }

    private (string Message, string Hint)? Undecided(ResourceMap child)
    {
        var parent = child.Parent!;
        if (!parent.Maps.IsEmpty || Rivals(child) is not { Length: > 1 } rivals || AreOfOneRow(rivals)) return null;
        var columns = parent.Columns.Length == 1 ? parent.Columns[0] : $"[{string.Join(", ", parent.Columns)}]";
        return (
            $"the {parent.Resource} of a row can stand in several tables: {string.Join(", ", rivals.Select(Shown))}",
            $"name the map that is meant: {string.Join(" or ", rivals.Select(r => $"{{ \"{Numbered(r)}\": {columns} }}"))}; where it can be in any of them, and no two have a row of one key: {{ \"{string.Join("|", rivals.Select(r => r.Name))}\": {columns} }}");
    }

    /// <summary>The maps that remain for some row of the child, where they are more than one.</summary>
    private ImmutableArray<ResourceMap> Rivals(ResourceMap child)
    {
        ImmutableArray<ResourceMap> candidates = [.. mapping.ParentsOf(child).Where(m => m.From.Table is not { Name: null })]; // a table that was not read is reported
        if (candidates.Length < 2 || child.From.Table is { Name: null }) return [];
        if (child.From.Table is { Schema: var schema }) return In(schema);
        var patterns = candidates.RemoveAll(m => m.From.Table is not null);
        if (patterns.Length > 1) return patterns; // both may match in one schema
        var fixedOnes = candidates.RemoveAll(m => m.From.Table is null);
        if (fixedOnes.Length > 1) return fixedOnes; // the row may stand in a schema of its own
        return child.From.MayBeIn(fixedOnes[0].From.Table!.Value.Schema) ? In(fixedOnes[0].From.Table!.Value.Schema) : [];

        ImmutableArray<ResourceMap> In(string schemaOfChild) => [.. mapping.ParentKeys(child, new TableId(schemaOfChild, ""), "").Select(k => mapping.Find(k.Resource)!)];
    }

    /// <summary>One table feeds them all, each with some of its rows: the row is one, and whether it is there for a map, its <c>exists_when</c> tells.</summary>
    private static bool AreOfOneRow(ImmutableArray<ResourceMap> maps) =>
        maps.All(m => m.From.ToString() == maps[0].From.ToString() && m.KeyColumns.SequenceEqual(maps[0].KeyColumns) && m.ExistsWhen is not null);

    private static string Shown(ResourceMap map) => $"{Numbered(map)} ({map.From})";

    /// <summary>The first map's own name is the resource's: in <c>parent</c> that alone would leave it open.</summary>
    private static string Numbered(ResourceMap map) => map.Name == map.Type.Name ? $"{map.Name}#1" : map.Name;
}
