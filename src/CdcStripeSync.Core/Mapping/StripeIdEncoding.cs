using System.Globalization;
using System.Text;

namespace CdcStripeSync.Core.Mapping;

/// <summary>Any text as a part of a caller-chosen id, of the characters that Stripe accepts (<c>[a-zA-Z0-9_-]</c>).</summary>
public static class StripeIdEncoding
{
    public static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    /// <summary>Letters, digits and <c>-</c> as they are; every other character, <c>_</c> too, as <c>_</c> and two hexadecimal digits for
    /// each of its UTF-8 octets. Injective.</summary>
    public static string Encode(string text)
    {
        if (text.All(c => IsAllowed(c) && c != '_')) return text;
        var result = new StringBuilder(text.Length + 8);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            var c = (char)octet;
            if (char.IsAsciiLetterOrDigit(c) || c == '-') result.Append(c);
            else result.Append(CultureInfo.InvariantCulture, $"_{octet:x2}");
        }

        return result.ToString();
    }
}
