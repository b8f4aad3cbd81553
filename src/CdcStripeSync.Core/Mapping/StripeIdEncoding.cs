using System.Globalization;
using System.Text;

namespace CdcStripeSync.Core.Mapping;

/// <summary>Any text as a part of a caller-chosen id, of the characters that Stripe accepts (<c>[a-zA-Z0-9_-]</c>).</summary>
public static class StripeIdEncoding
{
    /// <summary>No id is longer: whether more than this looks like an encoded text is not found out.</summary>
    private const int LongestRead = 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    /// <summary>Text that Stripe's ids can hold as it is. Else every other character, and then <c>_</c> too, is written as <c>_</c> and two hexadecimal
    /// digits for each of its UTF-8 octets, with <c>x</c> before two decimal ones: what people put behind a <c>_</c> (<c>SUMMER_25</c>) is no escape. A
    /// text that another is encoded to is encoded again: injective.</summary>
    public static string Encode(string text) => IsToBeEncoded(text) ? EncodeWhole(text) : text;

    /// <summary>Text before another column: only letters and digits stay, and everything else begins with the one of <c>_</c> and <c>-</c>
    /// with which the separator does not: where the separator begins, the text ends.</summary>
    /// <param name="separator">The first character of the text between the two columns: <c>_</c> or <c>-</c>.</param>
    public static string EncodeBefore(string text, char separator)
    {
        var escape = separator == '_' ? '-' : '_';
        return EncodeAll(text, char.IsAsciiLetterOrDigit, octet => string.Create(CultureInfo.InvariantCulture, $"{escape}{octet:x2}"));
    }

    private static string EncodeWhole(string text) => EncodeAll(text, c => char.IsAsciiLetterOrDigit(c) || c == '-', Escape);

    private static string EncodeAll(string text, Func<char, bool> stays, Func<byte, string> escape)
    {
        if (text.All(stays)) return text;
        var result = new StringBuilder(text.Length + 8);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (stays((char)octet)) result.Append((char)octet);
            else result.Append(escape(octet));
        }

        return result.ToString();
    }

    private static string Escape(byte octet)
    {
        var digits = octet.ToString("x2", CultureInfo.InvariantCulture);
        return digits.All(char.IsAsciiDigit) ? $"_x{digits}" : $"_{digits}";
    }

    /// <summary>It holds what ids cannot, or is what such a text is encoded to, or that in turn.</summary>
    private static bool IsToBeEncoded(string text)
    {
        var read = text;
        while (read.Length <= LongestRead && read.All(IsAllowed))
        {
            if (Decode(read) is not { } before) return false;
            read = before;
        }

        return true;
    }

    /// <summary>The text that is encoded to this one; null where none is.</summary>
    private static string? Decode(string text)
    {
        var octets = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '_')
            {
                octets.Add((byte)text[i]);
                continue;
            }

            var at = i + 1 < text.Length && text[i + 1] == 'x' ? i + 2 : i + 1;
            if (at + 2 > text.Length || !byte.TryParse(text.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet)) return null;
            octets.Add(octet);
            i = at + 1;
        }

        if (octets.Count == text.Length) return null; // nothing is escaped in it
        try
        {
            var decoded = Strict.GetString([.. octets]);
            return EncodeWhole(decoded) == text ? decoded : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
