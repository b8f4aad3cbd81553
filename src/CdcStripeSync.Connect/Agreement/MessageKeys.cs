using System.Collections.Immutable;
using System.Text.RegularExpressions;
using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.Connect.Agreement;

/// <summary><c>message.key.columns</c>: <c>table:column,column;table:column</c>, tables as regular expressions.</summary>
public static class MessageKeys
{
    /// <summary>The columns that key a table's records; null where the primary key does.</summary>
    /// <exception cref="ArgumentException">A table is no regular expression.</exception>
    public static ImmutableArray<string>? For(TableId table, string? option)
    {
        foreach (var entry in (option ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = entry.LastIndexOf(':');
            if (colon <= 0) continue;
            if (Regex.IsMatch(table.ToString(), $"^(?:{entry[..colon].Trim()})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)))
                return [.. entry[(colon + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        }

        return null;
    }
}
