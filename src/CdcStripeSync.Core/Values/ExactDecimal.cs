using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace CdcStripeSync.Core.Values;

/// <summary>A decimal number of any size, exact: <c>Unscaled × 10^-Scale</c>.</summary>
/// <remarks>Always normalised (no trailing zeros in the fraction, scale never negative), so equal numbers are equal values:
/// <c>1.50</c> and <c>1.5</c> compare equal and print the same.</remarks>
public readonly record struct ExactDecimal : IComparable<ExactDecimal>
{
    /// <summary>The most digits that a number from outside may carry; more is refused, so that hostile text cannot cost time.
    /// PostgreSQL's <c>numeric</c> holds 131,072 before the point and 16,383 behind it, more than any other column.</summary>
    public const int MaxDigits = 150_000;

    /// <summary>The most that a number from outside may be moved by its scale or its exponent, either way: a few bytes may not stand for a long number.</summary>
    public const int MaxScale = 20_000;

    public ExactDecimal(BigInteger unscaled, int scale)
    {
        if (scale < 0)
        {
            unscaled *= BigInteger.Pow(10, -scale);
            scale = 0;
        }

        if (unscaled.GetBitLength() < 64)
        {
            Unscaled = Normal((long)unscaled, ref scale);
            Scale = scale;
            return;
        }

        (Unscaled, Scale) = Normal(unscaled, scale);
    }

    public BigInteger Unscaled { get; private init; }

    /// <summary>Digits after the decimal point, 0 or more.</summary>
    public int Scale { get; private init; }

    public bool IsInteger => Scale == 0;

    public int Sign => Unscaled.Sign;

    public static implicit operator ExactDecimal(long value) => FromInt64(value);

    public static ExactDecimal FromInt64(long value) => new(value, 0);

    /// <summary>Takes trailing zeros out of the fraction.</summary>
    /// <param name="scale">0 or more.</param>
    internal static long Normal(long unscaled, ref int scale)
    {
        for (; scale > 0; scale--)
        {
            var (quotient, remainder) = Math.DivRem(unscaled, 10);
            if (remainder != 0) break;
            unscaled = quotient;
        }

        return unscaled;
    }

    /// <summary>Takes trailing zeros out by halves: as many divisions as the scale has bits, not as many as there are zeros.</summary>
    private static (BigInteger Unscaled, int Scale) Normal(BigInteger unscaled, int scale)
    {
        if (scale == 0 || !(unscaled % 10).IsZero) return (unscaled, scale);
        for (var zeros = 1 << BitOperations.Log2((uint)scale); zeros > 0; zeros /= 2)
        {
            if (scale < zeros) continue;
            var quotient = BigInteger.DivRem(unscaled, BigInteger.Pow(10, zeros), out var remainder);
            if (!remainder.IsZero) continue;
            unscaled = quotient;
            scale -= zeros;
        }

        return (unscaled, scale);
    }

    /// <summary>A number that is normalised already.</summary>
    internal static ExactDecimal OfNormal(long unscaled, int scale) => new() { Unscaled = unscaled, Scale = scale };

    /// <summary>This number times ten to the power of <paramref name="exponent"/>, exactly.</summary>
    public ExactDecimal ScaleByPowerOfTen(int exponent) => new(Unscaled, Scale - exponent);

    /// <summary>Reads plain or scientific notation (<c>-12.50</c>, <c>1.2E-7</c>), invariant culture.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ExactDecimal value)
    {
        value = default;
        if (string.IsNullOrEmpty(text) || text.Length > MaxDigits) return false;
        var mantissa = text.AsSpan();
        var exponent = 0;
        var e = mantissa.IndexOfAny('e', 'E');
        if (e >= 0)
        {
            if (!int.TryParse(mantissa[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)) return false;
            if (exponent is < -MaxScale or > MaxScale) return false;
            mantissa = mantissa[..e];
        }

        return TryParse(mantissa, exponent, out value);
    }

    public static ExactDecimal Parse(string text) =>
        TryParse(text, out var value) ? value : throw new FormatException($"'{text}' is not a decimal number");

    /// <summary>Reads also what <see cref="ToString"/> wrote, however long: the number was let in once, and is longer in plain notation than it
    /// came where an exponent or a scale moved it.</summary>
    public static ExactDecimal ParseWritten(string text) =>
        TryParse(text, out var value) || TryParse(text, 0, out value) ? value : throw new FormatException($"'{text}' is not a decimal number");

    private static bool TryParse(ReadOnlySpan<char> mantissa, int exponent, out ExactDecimal value)
    {
        value = default;
        var point = mantissa.IndexOf('.');
        var digits = point < 0 ? mantissa.ToString() : string.Concat(mantissa[..point], mantissa[(point + 1)..]);
        var fraction = point < 0 ? 0 : mantissa.Length - point - 1;
        if (!BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var unscaled)) return false;
        value = new ExactDecimal(unscaled, fraction - exponent);
        return true;
    }

    public int CompareTo(ExactDecimal other)
    {
        var scale = Math.Max(Scale, other.Scale);
        return (Unscaled * BigInteger.Pow(10, scale - Scale)).CompareTo(other.Unscaled * BigInteger.Pow(10, scale - other.Scale));
    }

    public static bool operator <(ExactDecimal left, ExactDecimal right) => left.CompareTo(right) < 0;

    public static bool operator >(ExactDecimal left, ExactDecimal right) => left.CompareTo(right) > 0;

    public static bool operator <=(ExactDecimal left, ExactDecimal right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ExactDecimal left, ExactDecimal right) => left.CompareTo(right) >= 0;

    /// <summary>Plain notation without exponent or trailing zeros: <c>-0.05</c>.</summary>
    public override string ToString()
    {
        var digits = BigInteger.Abs(Unscaled).ToString(CultureInfo.InvariantCulture);
        if (Scale > 0)
        {
            digits = digits.PadLeft(Scale + 1, '0');
            digits = $"{digits[..^Scale]}.{digits[^Scale..]}";
        }

        return Unscaled.Sign < 0 ? "-" + digits : digits;
    }
}
