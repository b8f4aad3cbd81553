using System.Globalization;
using System.Text;

namespace CdcStripeSync.Core.Mapping;

/// <summary>Any text as a part of a caller-chosen id, of the characters that Stripe accepts (<c>[a-zA-Z0-9_-]</c>).</summary>
public static class StripeIdEncoding
{
    public static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    /// <summary>Text that Stripe's ids can hold as it is; else with every other character, and then <c>_</c> too, as <c>_</c> and two hexadecimal
    /// digits for each of its UTF-8 octets. Text that looks so encoded already is encoded again: injective.</summary>
    public static string Encode(string text) => text.All(IsAllowed) && !LooksEncoded(text) ? text : EncodeAll(text, c => char.IsAsciiLetterOrDigit(c) || c == '-', '_');

    /// <summary>Text before another column: only letters and digits stay, and everything else begins with the one of <c>_</c> and <c>-</c>
    /// with which the separator does not: where the separator begins, the text ends.</summary>
    /// <param name="separator">The first character of the text between the two columns: <c>_</c> or <c>-</c>.</param>
    public static string EncodeBefore(string text, char separator) => EncodeAll(text, char.IsAsciiLetterOrDigit, separator == '_' ? '-' : '_');

    private static string EncodeAll(string text, Func<char, bool> stays, char escape)
    {
        if (text.All(stays)) return text;
        var result = new StringBuilder(text.Length + 8);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (stays((char)octet)) result.Append((char)octet);
            else result.Append(CultureInfo.InvariantCulture, $"{escape}{octet:x2}");
        }

        return result.ToString();
    }

    private static bool LooksEncoded(string text)
    {
        for (var i = 0; i + 2 < text.Length; i++)
        {
            if (text[i] == '_' && char.IsAsciiHexDigitLower(text[i + 1]) && char.IsAsciiHexDigitLower(text[i + 2])) return true;
        }

        return false;
    }
}
