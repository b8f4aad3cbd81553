using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping;

/// <summary>Key columns as one text, injective: two rows with different keys never have the same text.</summary>
public static class KeyEncoding
{
    /// <summary>The key of a row by these columns; null where one of them is null or unknown.</summary>
    public static string? Encode(Row row, ImmutableArray<string> columns)
    {
        var parts = new string[columns.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (row[columns[i]].ToText() is not { } text) return null;
            parts[i] = text;
        }

        return Encode(parts);
    }

    public static string Encode(IReadOnlyList<string> parts) => string.Join(',', parts.Select(EncodePart));

    private static string EncodePart(string part)
    {
        if (!part.Any(NeedsEscape)) return part;
        var text = new StringBuilder(part.Length + 8);
        foreach (var c in part)
        {
            if (!NeedsEscape(c))
            {
                text.Append(c);
                continue;
            }

            foreach (var octet in Encoding.UTF8.GetBytes([c])) text.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        return text.ToString();
    }

    private static bool NeedsEscape(char c) => c is '%' or ',' or '/' || char.IsControl(c);
}
