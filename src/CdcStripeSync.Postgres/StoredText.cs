using System.Text;

namespace CdcStripeSync.Postgres;

/// <summary>PostgreSQL keeps no U+0000, but other databases and JSON do: one such value must not stop the store.</summary>
internal static class StoredText
{
    /// <summary>Stands before a digit or letter that says what it hides; from the private-use area, hidden itself as <c>E</c>.</summary>
    private const char Mark = '\uE000';

    /// <summary>For words to people: a U+0000, and half a character (a surrogate alone), become U+FFFD.</summary>
    public static string Plain(string text)
    {
        text = text.Replace('\0', '\uFFFD');
        return text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;
    }

    public static string? PlainOrNull(string? text) => text is null ? null : Plain(text);

    /// <summary>JSON that jsonb takes; <see cref="FromJsonb"/> undoes it.</summary>
    public static string ToJsonb(string json)
    {
        if (!json.Contains("\\u0000", StringComparison.Ordinal) && !json.Contains("\\ue000", StringComparison.OrdinalIgnoreCase) && !json.Contains(Mark)) return json;
        var result = new StringBuilder(json.Length + 16);
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] == Mark) result.Append(Mark).Append('E');
            else if (json[i] != '\\') result.Append(json[i]);
            else if (json[i + 1] != 'u') result.Append(json, i++, 2);
            else
            {
                var escape = json.AsSpan(i + 2, 4);
                if (escape.SequenceEqual("0000")) result.Append(Mark).Append('0');
                else if (escape.Equals("e000", StringComparison.OrdinalIgnoreCase)) result.Append(Mark).Append('E');
                else result.Append(json, i, 6);
                i += 5;
            }
        }

        return result.ToString();
    }

    public static string FromJsonb(string json) => !json.Contains(Mark)
        ? json
        : json.Replace("\uE0000", "\\u0000", StringComparison.Ordinal).Replace("\uE000E", "\uE000", StringComparison.Ordinal);
}
