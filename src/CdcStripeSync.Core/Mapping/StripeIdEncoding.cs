using System.Globalization;
using System.Text;

namespace CdcStripeSync.Core.Mapping;

/// <summary>Any text as a part of a caller-chosen id, of the characters that Stripe accepts (<c>[a-zA-Z0-9_-]</c>).</summary>
public static class StripeIdEncoding
{
    public static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    /// <summary>Text that Stripe's ids can hold as it is; else with every other character, and then <c>_</c> too, as <c>_</c> and two hexadecimal
    /// digits for each of its UTF-8 octets. Text that looks so encoded already is encoded again: injective.</summary>
    public static string Encode(string text) => text.All(IsAllowed) && !LooksEncoded(text) ? text : EncodeAll(text);

    /// <summary>The same with <c>_</c> always encoded, so that it can stand between several columns.</summary>
    public static string EncodeAll(string text)
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

    private static bool LooksEncoded(string text)
    {
        for (var i = 0; i + 2 < text.Length; i++)
        {
            if (text[i] == '_' && char.IsAsciiHexDigitLower(text[i + 1]) && char.IsAsciiHexDigitLower(text[i + 2])) return true;
        }

        return false;
    }
}
