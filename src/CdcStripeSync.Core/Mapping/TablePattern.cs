using System.Buffers;
using System.Text.RegularExpressions;
using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.Core.Mapping;

/// <summary>MAPPING's <c>from</c>: one table by name, or every table that a regular expression matches whole.</summary>
public sealed class TablePattern
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

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

    /// <summary>The table's name within its schema is fixed.</summary>
    public bool HasTableName => Table is not null || LastName(Text[1..^1]).Length > 0;

    public static TablePattern Of(TableId table) => new(table.ToString(), table, null);

    /// <param name="expression">Without the slashes around it.</param>
    /// <exception cref="RegexParseException">No regular expression.</exception>
    public static TablePattern OfExpression(string expression) => new(
        $"/{expression}/",
        null,
        new Regex($"^(?:{expression})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking));

    /// <summary>The table of this pattern in the same schema as another table; null where the pattern's last part is no plain name, or matches nothing there.</summary>
    public TableId? TableBeside(TableId other)
    {
        if (Table is not null) return Table;
        var candidate = new TableId(other.Schema, LastName(Text[1..^1]));
        return candidate.Name.Length > 0 && Matches(candidate) ? candidate : null;
    }

    /// <summary>False where no table of the schema can match.</summary>
    public bool MayBeIn(string schema)
    {
        if (Table is { } table) return table.Schema == schema;
        var name = LastName(Text[1..^1]);
        return name.Length == 0 || Matches(new TableId(schema, name));
    }

    /// <summary>The literal table name that an expression ends in (<c>shop_.*[.]products</c>); empty where there is none.</summary>
    private static string LastName(string expression)
    {
        var name = expression[(expression.AsSpan().LastIndexOfAnyExcept(NameCharacters) + 1)..];
        var before = expression[..^name.Length];
        return before.EndsWith("[.]", StringComparison.Ordinal) || before.EndsWith("\\.", StringComparison.Ordinal) ? name : "";
    }

    public bool Matches(TableId table) => _regex is null ? Table == table : _regex.IsMatch(table.ToString());

    public override string ToString() => Text;
}
