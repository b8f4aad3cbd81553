using System.Globalization;
using System.Numerics;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Debezium.Columns;

/// <summary>Dates, times and intervals by their parts, as <c>temporal precision mode=structured</c> writes them.</summary>
/// <remarks>Source: Debezium's StructuredTemporal and what uses it, 3.6 on: the fraction is <c>picoseconds</c>, in its first version <c>nanos</c>.</remarks>
internal static class StructuredTime
{
    /// <summary>The schema parameter that tells what an interval is.</summary>
    public const string Kind = "io.debezium.time.duration.kind";

    private const string Prefix = "io.debezium.time.Structured";
    private const string ElapsedTime = "elapsed-time";
    private const long NanosPerSecond = 1_000_000_000;
    private const long PicosPerNano = 1_000;
    private const int SecondsPerDay = 86_400;

    public static bool Is(string? name) => name?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <param name="kind">An interval's; null where it is not told.</param>
    public static ColumnValue Of(string name, IReadOnlyDictionary<string, ColumnValue> parts, string? kind) => name[Prefix.Length..] switch
    {
        "Date" => Special(parts) is { } sign ? ColumnValue.Date(sign > 0 ? long.MaxValue : long.MinValue) : Date(parts),
        "Timestamp" or "ZonedTimestamp" => Special(parts) is { } sign ? ColumnValue.Of(sign > 0 ? Instant.PositiveInfinity : Instant.NegativeInfinity) : Timestamp(parts),
        "Time" => ColumnValue.Time(NanosOfDay(parts)),
        "ZonedTime" => ColumnValue.Of(ColumnValue.Time(InUtc(parts)).ToText() + "Z"),
        "Duration" => kind == ElapsedTime ? ColumnValue.Time(Elapsed(parts)) : ColumnValue.Of(Interval(parts)),
        _ => throw new FormatException($"{name} is not a structured time that is known"),
    };

    private static long? Special(IReadOnlyDictionary<string, ColumnValue> parts) => Text(parts, "specialValue") switch
    {
        null => null,
        "POSITIVE_INFINITY" => 1,
        "NEGATIVE_INFINITY" => -1,
        var other => throw new FormatException($"specialValue is '{other}', expected POSITIVE_INFINITY or NEGATIVE_INFINITY"),
    };

    /// <summary>MySQL keeps days that no calendar has, 0000-00-00 among them: these are the text that they are.</summary>
    private static ColumnValue Date(IReadOnlyDictionary<string, ColumnValue> parts) =>
        Days(parts) is { } days ? SemanticTypes.Date(days) : ColumnValue.Of(DayText(parts));

    private static ColumnValue Timestamp(IReadOnlyDictionary<string, ColumnValue> parts) =>
        Days(parts) is { } days
            ? ColumnValue.Of(Instant.FromNanos(((((Int128)days * SecondsPerDay) - Number(parts, "offsetSeconds")) * NanosPerSecond) + NanosOfDay(parts)))
            : ColumnValue.Of($"{DayText(parts)} {ColumnValue.Time(NanosOfDay(parts)).ToText()}");

    private static long? Days(IReadOnlyDictionary<string, ColumnValue> parts) =>
        new CivilDate(Number(parts, "year"), (int)Number(parts, "month"), (int)Number(parts, "day")).ToDays();

    private static string DayText(IReadOnlyDictionary<string, ColumnValue> parts) =>
        new CivilDate(Number(parts, "year"), (int)Number(parts, "month"), (int)Number(parts, "day")).ToString();

    private static long NanosOfDay(IReadOnlyDictionary<string, ColumnValue> parts) =>
        (((((Number(parts, "hour") * 60) + Number(parts, "minute")) * 60) + Number(parts, "second")) * NanosPerSecond) + Nanos(parts);

    private static long InUtc(IReadOnlyDictionary<string, ColumnValue> parts)
    {
        const long Day = SecondsPerDay * NanosPerSecond;
        var nanos = (NanosOfDay(parts) - (Number(parts, "offsetSeconds") * NanosPerSecond)) % Day;
        return nanos < 0 ? nanos + Day : nanos;
    }

    private static long Elapsed(IReadOnlyDictionary<string, ColumnValue> parts) => checked(
        (((((((Number(parts, "days") * 24) + Number(parts, "hours")) * 60) + Number(parts, "minutes")) * 60) + Number(parts, "seconds")) * NanosPerSecond) + Nanos(parts));

    /// <summary>As <c>interval.handling.mode=string</c> writes it.</summary>
    private static string Interval(IReadOnlyDictionary<string, ColumnValue> parts)
    {
        var seconds = new ExactDecimal(((BigInteger)Number(parts, "seconds") * NanosPerSecond) + Nanos(parts), 9);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"P{Number(parts, "years")}Y{Number(parts, "months")}M{Number(parts, "days")}DT{Number(parts, "hours")}H{Number(parts, "minutes")}M{seconds}S");
    }

    private static long Nanos(IReadOnlyDictionary<string, ColumnValue> parts) =>
        parts.ContainsKey("picoseconds") ? Number(parts, "picoseconds") / PicosPerNano : Number(parts, "nanos");

    /// <summary>0 for a part that is null or not there.</summary>
    private static long Number(IReadOnlyDictionary<string, ColumnValue> parts, string name) =>
        parts.TryGetValue(name, out var value) && value.Kind == ColumnKind.Integer ? value.AsInteger : 0;

    private static string? Text(IReadOnlyDictionary<string, ColumnValue> parts, string name) =>
        parts.TryGetValue(name, out var value) && value.Kind == ColumnKind.Text ? value.AsText : null;
}
