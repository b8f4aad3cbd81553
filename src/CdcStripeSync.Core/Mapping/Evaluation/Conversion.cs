using CdcStripeSync.Core.Money;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping.Evaluation;

/// <summary>MAPPING's converters, one by one. Converters of text work on each item of a list.</summary>
internal static class Conversion
{
    /// <param name="value">Neither null nor unknown.</param>
    public static Evaluated Apply(Converter converter, ColumnValue value) => converter switch
    {
        Converter.Lower => OnText(value, text => text.ToLowerInvariant()),
        Converter.Upper => OnText(value, text => text.ToUpperInvariant()),
        Converter.Trim => OnText(value, text => text.Trim()),
        Converter.Truncate truncate => OnText(value, text => FirstRunes(text, truncate.Length)),
        Converter.ToInteger => ToInteger(value),
        Converter.ToDecimal => ToNumber(value),
        Converter.ToBoolean => ColumnBoolean.TryRead(value, out var boolean)
            ? Evaluated.Of(ColumnValue.Of(boolean))
            : new Evaluated.Wrong($"'{Shown.Of(value)}' is neither true nor false", "use `map` to say which values are true"),
        Converter.ToText => Evaluated.Of(ColumnValue.Of(value.ToText()!)),
        Converter.UnixSeconds => ToUnixSeconds(value),
        Converter.Split split => Split(value, split.Separator),
        Converter.Take take => ListIn(value) is { Kind: ColumnKind.Array } list
            ? Evaluated.Of(ColumnValue.Of([.. list.AsArray.Take(take.Count)]))
            : new Evaluated.Wrong($"'{Shown.Of(value)}' is no list, and `take` needs one", "`split` it first, or remove `take`"),
        Converter.MinorUnits => throw new InvalidOperationException("minor units need a currency"),
        _ => throw new InvalidOperationException($"{converter.GetType().Name} is no converter"),
    };

    public static Evaluated ToMinorUnits(ColumnValue value, string currency)
    {
        var number = ToNumber(value);
        if (number is not Evaluated.Known { Value: var major }) return number;
        var minor = MinorUnits.Of(Exactly(major), currency);
        return minor.Fits
            ? Evaluated.Of(ColumnValue.Of(minor.Value))
            : new Evaluated.Wrong(minor.Reason, "correct the row: amounts are never rounded");
    }

    /// <summary>A JSON column that holds a list, as that list; every other value as it is.</summary>
    public static ColumnValue List(ColumnValue value) =>
        value.Kind == ColumnKind.Json && JsonSteps.Content(value) is { Kind: ColumnKind.Array } list ? list : value;

    /// <summary>The same where only a list will do: a text that begins as a JSON list is one, too.</summary>
    public static ColumnValue ListIn(ColumnValue value) =>
        List(value.Kind == ColumnKind.Text && value.AsText.StartsWith('[') ? ColumnValue.Json(value.AsText) : value);

    private static Evaluated ToNumber(ColumnValue value)
    {
        if (value.Kind == ColumnKind.Double && ColumnNumber.MayHaveLostDigits(value.AsDouble)) return DigitsLost(value);
        return ColumnNumber.TryRead(value, out var number)
            ? Evaluated.Of(ColumnValue.Of(number))
            : new Evaluated.Wrong($"'{Shown.Of(value)}' is not a decimal number", IsBase64(value) ? ScaleLost : "correct the row, or name a numeric column");
    }

    /// <summary>Connect's JSON without schemas writes a decimal so, and nothing says where its point stands.</summary>
    public const string ScaleLost =
        "if this is a decimal in JSON without schemas (base64 without its scale), set the connector's decimal.handling.mode to string, or value.converter.schemas.enable to true; else correct the row";

    public static bool IsBase64(ColumnValue value) =>
        value.Kind == ColumnKind.Text && value.AsText.Length is > 0 and < 100 && value.AsText.Length % 4 == 0
        && Convert.TryFromBase64String(value.AsText, new byte[value.AsText.Length], out _);

    /// <param name="asText">Into a field of text: there the digits as they are may be what is wanted.</param>
    public static Evaluated.Wrong DigitsLost(ColumnValue value, bool asText = false) => new(
        $"{Shown.Of(value)} is a binary floating point number with more than 15 digits: it need not be the number in the database",
        "set the connector's decimal.handling.mode to precise or string" + (asText ? "; where the column itself is one of floating point, say `convert: string`" : ""));

    private static Evaluated ToInteger(ColumnValue value) => ToNumber(value) switch
    {
        Evaluated.Known { Value: var number } when !Exactly(number).IsInteger =>
            new Evaluated.Wrong($"{number} is not a whole number", "correct the row, or map a field that takes decimals"),
        var other => other,
    };

    private static ExactDecimal Exactly(ColumnValue number) => number.Kind == ColumnKind.Integer ? number.AsInteger : number.AsDecimal;

    private static Evaluated OnText(ColumnValue value, Func<string, string> change)
    {
        var list = List(value);
        return Evaluated.Of(list.Kind == ColumnKind.Array
            ? ColumnValue.Of([.. list.AsArray.Select(item => item.HasValue ? ColumnValue.Of(change(item.ToText()!)) : item)])
            : ColumnValue.Of(change(value.ToText()!)));
    }

    private static string FirstRunes(string text, int count)
    {
        if (text.Length <= count) return text;
        var length = 0;
        foreach (var rune in text.EnumerateRunes().Take(count)) length += rune.Utf16SequenceLength;
        return text[..length];
    }

    private static Evaluated Split(ColumnValue value, string separator)
    {
        if (value.Kind is ColumnKind.Array) return new Evaluated.Wrong($"'{Shown.Of(value)}' is a list already", "remove `split`");
        var parts = value.ToText()!.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Evaluated.Of(ColumnValue.Of([.. parts.Select(ColumnValue.Of)]));
    }

    private static Evaluated ToUnixSeconds(ColumnValue value)
    {
        Instant? time = value.Kind switch
        {
            ColumnKind.Date or ColumnKind.Timestamp => ColumnTime.ToInstant(value),
            ColumnKind.Text when ColumnTime.TryParse(value.AsText, out var parsed) => parsed,
            _ => null,
        };
        if (time is not { } instant) return new Evaluated.Wrong($"'{Shown.Of(value)}' is no point in time", "name a date or timestamp column");
        return instant.IsInfinite
            ? new Evaluated.Wrong($"{instant} has no number of seconds", "use null for no time")
            : Evaluated.Of(ColumnValue.Of(instant.Seconds));
    }
}
