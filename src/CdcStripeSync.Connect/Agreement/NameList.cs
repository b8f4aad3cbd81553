using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace CdcStripeSync.Connect.Agreement;

/// <summary>One of Debezium's include and exclude lists: regular expressions with commas between them, each matching a whole name, case aside.</summary>
public sealed class NameList
{
    private readonly ImmutableArray<Regex> _patterns;

    private NameList(ImmutableArray<string> entries)
    {
        Entries = entries;
        _patterns = [.. entries.Select(e => new Regex($"^(?:{e})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)))];
    }

    public ImmutableArray<string> Entries { get; }

    /// <summary>Null for a list that is not given.</summary>
    /// <exception cref="ArgumentException">An entry is no regular expression.</exception>
    public static NameList? Parse(string? text) => string.IsNullOrWhiteSpace(text) ? null : new NameList([.. Split(text)]);

    public bool Matches(string name) => _patterns.Any(p => p.IsMatch(name));

    /// <summary>A name as an entry that matches it and nothing else.</summary>
    public static string Entry(string name) => string.Concat(name.Select(c => char.IsLetterOrDigit(c) || c is '_' or '.' ? c.ToString() : c == ',' ? @"\," : Regex.Escape(c.ToString())));

    /// <summary>A comma within brackets or after a backslash belongs to its expression.</summary>
    private static IEnumerable<string> Split(string text)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] is '(' or '[' or '{') depth++;
            else if (text[i] is ')' or ']' or '}') depth--;
            else if (text[i] == ',' && depth <= 0)
            {
                if (text[start..i].Trim() is { Length: > 0 } entry) yield return entry;
                start = i + 1;
            }
        }

        if (text[start..].Trim() is { Length: > 0 } last) yield return last;
    }
}
