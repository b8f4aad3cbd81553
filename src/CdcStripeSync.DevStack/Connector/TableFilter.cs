using System.Text.RegularExpressions;

namespace CdcStripeSync.DevStack.Connector;

/// <summary>Which tables are captured: <c>table.include.list</c> or <c>table.exclude.list</c>, whole-name regular expressions.</summary>
public sealed class TableFilter
{
    private readonly IReadOnlyList<Regex> _include;
    private readonly IReadOnlyList<Regex> _exclude;

    public TableFilter(IEnumerable<string> include, IEnumerable<string> exclude)
    {
        _include = [.. include.Select(Whole)];
        _exclude = [.. exclude.Select(Whole)];
    }

    public bool Captures(TableName table) =>
        (_include.Count == 0 || _include.Any(r => r.IsMatch(table.ToString())))
        && !_exclude.Any(r => r.IsMatch(table.ToString()));

    /// <summary>The captured tables in the order in which a snapshot reads them: that of the include list, else by name.</summary>
    public IReadOnlyList<TableName> InSnapshotOrder(IEnumerable<TableName> tables)
    {
        var captured = tables.Where(Captures).Order().ToList();
        return _include.Count == 0
            ? captured
            : [.. captured.OrderBy(t => _include.TakeWhile(r => !r.IsMatch(t.ToString())).Count())];
    }

    /// <summary>The parts of the include list that match no table.</summary>
    public IEnumerable<string> WithoutMatch(IReadOnlyCollection<TableName> tables) =>
        _include.Where(r => !tables.Any(t => r.IsMatch(t.ToString()))).Select(r => r.ToString()[4..^2]);

    private static Regex Whole(string pattern) =>
        new($"^(?:{pattern})$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));
}
