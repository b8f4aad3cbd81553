using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace CdcStripeSync.Core.Values;

/// <summary>One column's value as the database had it, whatever mode the connector wrote it in.</summary>
/// <remarks>The default is <see cref="Unavailable"/>: a value that nobody gave is unknown, never null.
/// Equality is by meaning: JSON as JSON, decimals as numbers, arrays and maps by content.</remarks>
public readonly struct ColumnValue : IEquatable<ColumnValue>
{
    private const int KindBits = 8;

    // Three fields: the just-in-time compiler keeps these in registers, and four of them in memory.
    private readonly object? _content;
    private readonly long _number;
    private readonly long _kindAndFraction;

    private ColumnValue(ColumnKind kind, object? content, long number = 0, int fraction = 0)
    {
        _content = content;
        _number = number;
        _kindAndFraction = (long)kind | ((long)fraction << KindBits);
    }

    public ColumnKind Kind => (ColumnKind)(byte)_kindAndFraction;

    private int Fraction => (int)(_kindAndFraction >> KindBits);

    public bool IsUnavailable => Kind == ColumnKind.Unavailable;

    public bool IsNull => Kind == ColumnKind.Null;

    /// <summary>A value that is neither null nor unavailable.</summary>
    public bool HasValue => Kind > ColumnKind.Null;

    public static ColumnValue Unavailable => default;

    public static ColumnValue Null => new(ColumnKind.Null, null);

    public static ColumnValue Of(bool value) => new(ColumnKind.Boolean, null, value ? 1 : 0);

    public static ColumnValue Of(long value) => new(ColumnKind.Integer, null, value);

    public static ColumnValue Of(ExactDecimal value) =>
        value.Unscaled.GetBitLength() < 64 ? new(ColumnKind.Decimal, null, (long)value.Unscaled, value.Scale) : new(ColumnKind.Decimal, value);

    /// <summary>The decimal <c>unscaled × 10^-scale</c>.</summary>
    /// <param name="scale">0 or more.</param>
    public static ColumnValue Decimal(long unscaled, int scale)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(scale);
        var normal = ExactDecimal.Normal(unscaled, ref scale);
        return new ColumnValue(ColumnKind.Decimal, null, normal, scale);
    }

    public static ColumnValue Of(double value) => new(ColumnKind.Double, null, BitConverter.DoubleToInt64Bits(value));

    public static ColumnValue Of(string value) => new(ColumnKind.Text, value);

    public static ColumnValue Json(string json) => new(ColumnKind.Json, json);

    public static ColumnValue Of(byte[] value) => new(ColumnKind.Bytes, value);

    /// <param name="daysSinceEpoch">Days since 1970-01-01; <see cref="long.MaxValue"/> and <see cref="long.MinValue"/> are the infinities.</param>
    public static ColumnValue Date(long daysSinceEpoch) => new(ColumnKind.Date, null, daysSinceEpoch);

    public static ColumnValue Time(long nanosSinceMidnight) => new(ColumnKind.Time, null, nanosSinceMidnight);

    public static ColumnValue Of(Instant value) => new(ColumnKind.Timestamp, null, value.Seconds, value.Nanos);

    public static ColumnValue Of(ImmutableArray<ColumnValue> items) => new(ColumnKind.Array, items);

    public static ColumnValue Of(ImmutableSortedDictionary<string, string?> entries) => new(ColumnKind.Map, entries);

    public bool AsBoolean => Number(ColumnKind.Boolean) != 0;

    public long AsInteger => Number(ColumnKind.Integer);

    public ExactDecimal AsDecimal => Kind == ColumnKind.Decimal && _content is ExactDecimal large ? large : ExactDecimal.OfNormal(Number(ColumnKind.Decimal), Fraction);

    public double AsDouble => BitConverter.Int64BitsToDouble(Number(ColumnKind.Double));

    /// <summary>The text of <see cref="ColumnKind.Text"/> or <see cref="ColumnKind.Json"/>.</summary>
    public string AsText => Kind == ColumnKind.Json ? (string)_content! : (string)Content(ColumnKind.Text);

    public byte[] AsBytes => (byte[])Content(ColumnKind.Bytes);

    public long AsDays => Number(ColumnKind.Date);

    public long AsTimeNanos => Number(ColumnKind.Time);

    public Instant AsInstant => new(Number(ColumnKind.Timestamp), Fraction);

    public ImmutableArray<ColumnValue> AsArray => (ImmutableArray<ColumnValue>)Content(ColumnKind.Array);

    public ImmutableSortedDictionary<string, string?> AsMap => (ImmutableSortedDictionary<string, string?>)Content(ColumnKind.Map);

    /// <summary>The canonical text of a scalar: what templates insert, text fields receive and entity keys are made of.
    /// Null for null and unavailable.</summary>
    /// <remarks>Independent of the connector's modes: a decimal prints without trailing zeros, a date as ISO 8601, a uuid as its text.</remarks>
    public string? ToText() => Kind switch
    {
        ColumnKind.Unavailable or ColumnKind.Null => null,
        ColumnKind.Boolean => AsBoolean ? "true" : "false",
        ColumnKind.Integer => AsInteger.ToString(CultureInfo.InvariantCulture),
        ColumnKind.Decimal => AsDecimal.ToString(),
        ColumnKind.Double => DoubleText(AsDouble),
        ColumnKind.Text or ColumnKind.Json => AsText,
        ColumnKind.Bytes => Convert.ToBase64String(AsBytes),
        ColumnKind.Date => DateText(AsDays),
        ColumnKind.Time => TimeText(AsTimeNanos),
        ColumnKind.Timestamp => AsInstant.ToString(),
        ColumnKind.Array or ColumnKind.Map => ColumnValueJson.ToPlainJson(this),
        _ => throw new InvalidOperationException($"column kind {Kind} has no text"),
    };

    public bool Equals(ColumnValue other)
    {
        if (Kind != other.Kind) return false;
        return Kind switch
        {
            ColumnKind.Unavailable or ColumnKind.Null => true,
            ColumnKind.Json => JsonEquals(AsText, other.AsText),
            ColumnKind.Bytes => AsBytes.AsSpan().SequenceEqual(other.AsBytes),
            ColumnKind.Array => AsArray.AsSpan().SequenceEqual(other.AsArray.AsSpan()),
            ColumnKind.Map => AsMap.SequenceEqual(other.AsMap),
            ColumnKind.Double => AsDouble.Equals(other.AsDouble),
            _ => _number == other._number && Fraction == other.Fraction && Equals(_content, other._content),
        };
    }

    public override bool Equals(object? obj) => obj is ColumnValue other && Equals(other);

    public override int GetHashCode() => Kind switch
    {
        ColumnKind.Json or ColumnKind.Map => (int)Kind,
        ColumnKind.Bytes => HashCode.Combine(Kind, AsBytes.Length),
        ColumnKind.Array => HashCode.Combine(Kind, AsArray.Length),
        ColumnKind.Double => HashCode.Combine(Kind, AsDouble),
        _ => HashCode.Combine(Kind, _number, Fraction, _content),
    };

    public static bool operator ==(ColumnValue left, ColumnValue right) => left.Equals(right);

    public static bool operator !=(ColumnValue left, ColumnValue right) => !left.Equals(right);

    public override string ToString() => Kind switch
    {
        ColumnKind.Unavailable => "<unavailable>",
        ColumnKind.Null => "<null>",
        _ => ToText()!,
    };

    private static bool JsonEquals(string left, string right)
    {
        if (left == right) return true;
        try
        {
            using var a = JsonDocument.Parse(left);
            using var b = JsonDocument.Parse(right);
            return JsonElement.DeepEquals(a.RootElement, b.RootElement);
        }
        catch (Exception e) when (JsonFaults.Is(e))
        {
            return false;
        }
    }

    private static string DateText(long days)
    {
        if (days == long.MaxValue) return "infinity";
        if (days == long.MinValue) return "-infinity";
        return CivilDate.FromDays(days).ToString();
    }

    /// <summary>Plain notation: the same text as the decimal that a connector's mode made a floating point number of.</summary>
    private static string DoubleText(double value)
    {
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var isPlain = Math.Abs(value) is 0 or (>= 1e-40 and < 1e40);
        return isPlain && ExactDecimal.TryParse(shortest, out var number) ? number.ToString() : shortest;
    }

    private static string TimeText(long nanos)
    {
        var size = (UInt128)Int128.Abs(nanos); // MySQL's TIME reaches from -838 to 838 hours
        var seconds = size / 1_000_000_000;
        var text = string.Create(CultureInfo.InvariantCulture, $"{(nanos < 0 ? "-" : "")}{seconds / 3600:D2}:{seconds / 60 % 60:D2}:{seconds % 60:D2}");
        var fraction = size % 1_000_000_000;
        return fraction == 0 ? text : text + "." + fraction.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
    }

    private long Number(ColumnKind kind) =>
        Kind == kind ? _number : throw new InvalidOperationException($"the column holds {Kind}, not {kind}");

    private object Content(ColumnKind kind) =>
        Kind == kind ? _content! : throw new InvalidOperationException($"the column holds {Kind}, not {kind}");
}
