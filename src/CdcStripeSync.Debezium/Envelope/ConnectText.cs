using System.Buffers;
using System.Globalization;
using System.Text;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>A structure as Connect's own converter for headers writes it: JSON, but that times stand bare (<c>{"day":2026-01-01}</c>) and control
/// characters stay within text.</summary>
/// <remarks>Source: Kafka's SimpleHeaderConverter and <c>Values.append</c>.</remarks>
internal static class ConnectText
{
    private static readonly SearchValues<char> EndsToken = SearchValues.Create(",]} \t\r\n");

    /// <summary>JSON where it is such a text; JSON stays as it is.</summary>
    public static string ToJson(string text)
    {
        var json = new StringBuilder(text.Length + 8);
        var isQuoted = false;
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (!isQuoted && char.IsAsciiDigit(c))
            {
                var token = Token(text.AsSpan(at));
                if (IsTime(token)) json.Append('"').Append(token).Append('"');
                else json.Append(token);
                at += token.Length - 1;
            }
            else if (isQuoted && c == '\\' && at + 1 < text.Length)
            {
                json.Append(c).Append(text[++at]);
            }
            else if (isQuoted && c < ' ')
            {
                json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                isQuoted ^= c == '"';
                json.Append(c);
            }
        }

        return json.ToString();
    }

    private static ReadOnlySpan<char> Token(ReadOnlySpan<char> text) => text.IndexOfAny(EndsToken) is var end and >= 0 ? text[..end] : text;

    private static bool IsTime(ReadOnlySpan<char> token) => token.Contains(':') || (token.Contains('-') && !token.ContainsAny('e', 'E'));
}
