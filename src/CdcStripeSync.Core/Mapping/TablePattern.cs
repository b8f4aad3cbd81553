using System.Text.RegularExpressions;
using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.Core.Mapping;

/// <summary>MAPPING's <c>from</c>: one table by name, or every table that a regular expression matches whole.</summary>
public sealed class TablePattern
{
    private readonly Regex? _regex;

    private TablePattern(string text, TableId? table, Regex? regex)
    {
        Text = text;
        Table = table;
        _regex = regex;
    }

    /// <summary>As written in the mapping.</summary>
    public string Text { get; }

    /// <summary>The table, where the pattern names one.</summary>
    public TableId? Table { get; }

    public static TablePattern Of(TableId table) => new(table.ToString(), table, null);

    /// <param name="expression">Without the slashes around it.</param>
    /// <exception cref="RegexParseException">No regular expression.</exception>
    public static TablePattern OfExpression(string expression) => new(
        $"/{expression}/",
        null,
        new Regex($"^(?:{expression})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking));

    public bool Matches(TableId table) => _regex is null ? Table == table : _regex.IsMatch(table.ToString());

    public override string ToString() => Text;
}
