using System.Collections.Immutable;
using System.Numerics;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping.Reading;
using CdcStripeSync.Core.Money;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping;

/// <summary>What Stripe would refuse although the value is of the right type: lengths, bounds, enumerations, formats.</summary>
public static class FieldLimits
{
    private static readonly ImmutableArray<char> NotOnStatements = ['<', '>', '\\', '"', '\''];

    /// <summary>What is wrong and what to do; null where nothing is.</summary>
    public static (string Message, string Hint)? Check(FieldValue value, FieldType type) => value switch
    {
        FieldValue.Text text => CheckText(text.Value, type),
        FieldValue.Number number => CheckNumber(number.Value, type),
        FieldValue.List list => CheckList(list.Items, type),
        FieldValue.Object o => CheckMembers(o.Members, type),
        FieldValue.Boolean or FieldValue.None => null,
        _ => throw new InvalidOperationException($"{value.GetType().Name} has no limits"),
    };

    private static (string Message, string Hint)? CheckText(string text, FieldType type)
    {
        if (type.EnumValues.Length > 0 && !type.EnumValues.Contains(text)) return ($"'{text}' is not one of Stripe's values", Allowed(text, type));
        if (type.MaxLength is { } longest && text.EnumerateRunes().Count() is var length && length > longest)
        {
            return ($"{length} characters are more than Stripe's {longest}", $"shorten it, or say `convert: {{ truncate: {longest} }}`");
        }

        return type.Format switch
        {
            FieldFormat.Currency when !CurrencyRules.IsCurrency(text) => ($"'{text}' is not a currency", "use a three-letter ISO 4217 code such as usd"),
            FieldFormat.StatementDescriptor when text.Any(c => NotOnStatements.Contains(c)) =>
                ("it holds one of < > \\ \" '", "card statements cannot print these: remove them"),
            FieldFormat.StatementDescriptor when !text.Any(char.IsLetter) => ("it holds no letter", "card statements need at least one"),
            FieldFormat.None or FieldFormat.UnixTime or FieldFormat.Currency or FieldFormat.StatementDescriptor => null,
            _ => throw new InvalidOperationException($"{type.Format} is no format"),
        };
    }

    private static (string Message, string Hint)? CheckNumber(ExactDecimal number, FieldType type)
    {
        if (type.Kind == FieldKind.Integer && !number.IsInteger) return ($"{number} is not a whole number", "money in major units needs `convert: minor_units`; for fractions of a cent map a field that takes decimals, such as unit_amount_decimal");
        if (type.Minimum is { } minimum && number < minimum) return ($"{number} is below Stripe's minimum of {minimum}", "correct the row, or hold it out with `exists_when`");
        if (type.Maximum is { } maximum && number > maximum) return ($"{number} is above Stripe's maximum of {maximum}", "correct the row, or hold it out with `exists_when`");
        if (type.DecimalPlaces is { } places && number.Scale > places) return ($"{number} has more than Stripe's {places} decimal places", "round it in the database");
        return BigInteger.Abs(number.Unscaled) > BigInteger.Pow(10, number.Scale) * long.MaxValue
            ? ($"{number} is beyond 64-bit integers, where Stripe's numbers end", "correct the row")
            : null;
    }

    private static (string Message, string Hint)? CheckList(ImmutableArray<FieldValue> items, FieldType type)
    {
        if (type.MaxItems is { } most && items.Length > most) return ($"{items.Length} items are more than Stripe's {most}", $"say `convert: {{ take: {most} }}`");
        return type.Items is { } itemType ? First(items.Select((item, i) => ($"item {i + 1}", Check(item, itemType)))) : null;
    }

    private static (string Message, string Hint)? CheckMembers(ImmutableSortedDictionary<string, FieldValue> members, FieldType type)
    {
        if (type.Kind == FieldKind.Map) return First(members.Select(m => (m.Key, type.Items is null ? null : Check(m.Value, type.Items))));
        var missing = type.Members.Where(m => m.Value.Required && (!members.TryGetValue(m.Key, out var value) || value.IsNone)).Select(m => m.Key).FirstOrDefault();
        return missing is not null
            ? ($"the member '{missing}' is missing", "Stripe requires it")
            : First(members.Select(m => (m.Key, type.Members.TryGetValue(m.Key, out var member) ? Check(m.Value, member) : null)));
    }

    private static (string Message, string Hint)? First(IEnumerable<(string Where, (string Message, string Hint)? Problem)> problems)
    {
        foreach (var (where, problem) in problems)
        {
            if (problem is { } found) return ($"{where}: {found.Message}", found.Hint);
        }

        return null;
    }

    /// <summary>The value that was probably meant, else those that there are, few enough to read.</summary>
    private static string Allowed(string text, FieldType type)
    {
        if (Suggestion.For(text, type.EnumValues) is { } near) return $"did you mean '{near}'?";
        const int Most = 12;
        var values = string.Join(", ", type.EnumValues.Take(Most));
        return $"use {values}{(type.EnumValues.Length > Most ? " …" : "")}, by `map` where the column says it differently";
    }
}
