using System.Globalization;
using System.Numerics;

namespace CdcStripeSync.DevStack.Connector.Columns;

/// <summary>PostgreSQL's text of a numeric, which never uses an exponent.</summary>
internal static class DecimalText
{
    /// <summary>The unscaled value in two's complement, big-endian, as Kafka Connect's Decimal; null for NaN and infinities.</summary>
    public static byte[]? Unscaled(string text, int scale)
    {
        if (!IsNumber(text))
            return null;
        var (digits, found) = Digits(text);
        var unscaled = found <= scale
            ? digits * BigInteger.Pow(10, scale - found)
            : BigInteger.Divide(digits, BigInteger.Pow(10, found - scale));
        return unscaled.ToByteArray(isBigEndian: true);
    }

    /// <summary>Debezium's VariableScaleDecimal: scale, then the unscaled value.</summary>
    public static object?[]? VariableScale(string text)
    {
        if (!IsNumber(text))
            return null;
        var (digits, scale) = Digits(text);
        return [scale, digits.ToByteArray(isBigEndian: true)];
    }

    /// <summary>The text with at least <paramref name="scale"/> digits after the point (a default may show fewer).</summary>
    public static string? Plain(string text, int scale)
    {
        if (!IsNumber(text))
            return null;
        var found = Digits(text).Scale;
        return found >= scale ? text : text + (found == 0 ? "." : "") + new string('0', scale - found);
    }

    private static bool IsNumber(string text) => char.IsAsciiDigit(text[^1]);

    private static (BigInteger Digits, int Scale) Digits(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var digits = BigInteger.Parse(point < 0 ? text : text.Remove(point, 1), CultureInfo.InvariantCulture);
        return (digits, point < 0 ? 0 : text.Length - point - 1);
    }
}
