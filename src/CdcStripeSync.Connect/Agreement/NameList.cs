using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace CdcStripeSync.Connect.Agreement;

/// <summary>One of Debezium's include and exclude lists: regular expressions with commas between them, each matching a whole name, case aside.</summary>
/// <remarks>Every comma separates, within brackets too, but for one after a backslash: as Debezium's <c>Strings.RegExSplitter</c> reads them.</remarks>
public sealed class NameList
{
    private readonly ImmutableArray<Regex> _patterns;

    private NameList(ImmutableArray<string> entries)
    {
        Entries = entries;
        _patterns = [.. entries.Select(e => new Regex($"^(?:{Closed(e.Replace("\\,", ",", StringComparison.Ordinal))})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)))];
    }

    /// <summary>As they are written, with the backslashes before their commas.</summary>
    public ImmutableArray<string> Entries { get; }

    /// <summary>Null for a list that is not given.</summary>
    /// <exception cref="ArgumentException">An entry is no regular expression.</exception>
    public static NameList? Parse(string? text) => string.IsNullOrWhiteSpace(text) ? null : new NameList([.. Split(text)]);

    public bool Matches(string name) => _patterns.Any(p => p.IsMatch(name));

    /// <summary>A name as an entry that matches it and nothing else.</summary>
    public static string Entry(string name) => string.Concat(name.Select(c => char.IsLetterOrDigit(c) || c is '_' or '.' ? c.ToString() : c == ',' ? @"\," : Regex.Escape(c.ToString())));

    /// <summary>A regular expression as an entry: its commas do not separate.</summary>
    public static string EntryOf(string expression)
    {
        var entry = new StringBuilder();
        for (var i = 0; i < expression.Length; i++)
        {
            if (expression[i] == ',') entry.Append('\\');
            entry.Append(expression[i]);
            if (expression[i] == '\\' && i + 1 < expression.Length) entry.Append(expression[++i]);
        }

        return entry.ToString();
    }

    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                if (++i == text.Length) throw new ArgumentException($"{text} ends within an escape sequence");
                continue;
            }

            if (text[i] != ',') continue;
            if (text[start..i].Trim() is { Length: > 0 } entry) yield return entry;
            start = i + 1;
        }

        if (text[start..].Trim() is { Length: > 0 } last) yield return last;
    }

    /// <summary>An unclosed counter is what a comma in it leaves behind; .NET takes it literally, Java refuses it.</summary>
    private static string Closed(string expression)
    {
        var (counter, group) = (false, false);
        for (var i = 0; i < expression.Length; i++)
        {
            if (expression[i] == '\\') i++;
            else if (expression[i] is '[' or ']') group = expression[i] == '[';
            else if (expression[i] is '{' or '}' && !group) counter = expression[i] == '{';
        }

        return counter ? throw new ArgumentException($"{expression} has an unclosed {{; a comma that does not separate is written \\,") : expression;
    }
}
