using System.Text.RegularExpressions;

namespace CdcStripeSync.DevStack.Connector;

/// <summary>Which columns are captured: <c>column.include.list</c> or <c>column.exclude.list</c>, regular expressions over <c>schema.table.column</c>.</summary>
/// <remarks>The primary key's columns are always captured; Debezium leaves them out of the row where the list does, and keeps them in the record's key.</remarks>
public sealed class ColumnFilter(IEnumerable<string> include, IEnumerable<string> exclude)
{
    private readonly IReadOnlyList<Regex> _include = [.. include.Select(Whole)];
    private readonly IReadOnlyList<Regex> _exclude = [.. exclude.Select(Whole)];

    public bool Captures(TableName table, string column) =>
        (_include.Count == 0 || _include.Any(r => r.IsMatch($"{table}.{column}"))) && !_exclude.Any(r => r.IsMatch($"{table}.{column}"));

    private static Regex Whole(string pattern) =>
        new($"^(?:{pattern})$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));
}
