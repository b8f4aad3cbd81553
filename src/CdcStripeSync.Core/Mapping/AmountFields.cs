using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Money;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping;

/// <summary>Fields that count money in a currency's smallest unit, and where their currency stands.</summary>
public static class AmountFields
{
    private const string Options = "currency_options";
    private const string Chosen = "custom_unit_amount";

    private static readonly ImmutableArray<string> Names =
    [
        "unit_amount", "unit_amount_decimal", "amount", "amount_decimal", "amount_off", "flat_amount", "flat_amount_decimal", "minimum_amount", "balance", "tiers", Chosen,
    ];

    public static bool Is(FieldPath path) =>
        !path.IsMetadataKey && (Names.Contains(path.Leaf) || (path.Parent?.Leaf == Chosen && path.Leaf is "minimum" or "maximum" or "preset"));

    /// <summary>An amount whose rule passes numbers on as the row has them, without a word on their unit.</summary>
    public static bool IsUnitUnsaid(FieldRule rule) =>
        Is(rule.Path) && rule is { Owner: not Owner.Stripe, Compare: null, Map: null or { Otherwise: null } }
        && !rule.Converters.Any(c => c is Converter.MinorUnits or Converter.ToDecimal);

    /// <summary>The currency that the path itself names: <c>eur</c> of <c>currency_options.eur.unit_amount</c>; null where it names none.</summary>
    public static string? CurrencyInPath(FieldPath path)
    {
        var at = path.IsMetadataKey ? -1 : path.Segments.IndexOf(Options);
        return at >= 0 && at + 1 < path.Segments.Length ? path.Segments[at + 1] : null;
    }

    /// <summary>The field that holds the amount's currency: <c>…_currency</c> or <c>currency</c> beside it, else the object's; null where there is none.</summary>
    /// <param name="amount">Without a <see cref="CurrencyInPath"/>.</param>
    public static FieldPath? CurrencyField(ResourceType type, FieldPath amount)
    {
        var around = amount.IsMetadataKey ? null : amount.Parent;
        FieldPath[] nearestFirst = [Beside(around, $"{amount.Leaf}_currency"), Beside(around, "currency"), FieldPath.Parse("currency")];
        return nearestFirst.Where(p => type.Field(p) is not null).Select(p => (FieldPath?)p).FirstOrDefault();
    }

    /// <summary>What is wrong with the currencies by which a path's value is given, and what to do; null where nothing is.</summary>
    public static (string Message, string Hint)? CheckCurrencies(FieldPath path, FieldValue value)
    {
        if (path.IsMetadataKey || path.Leaf != Options || value is not FieldValue.Object options) return null;
        return options.Members.Keys.Select(CheckCurrency).FirstOrDefault(p => p is not null);
    }

    /// <summary>The same of one code, as Stripe's paths have it.</summary>
    public static (string Message, string Hint)? CheckCurrency(string code)
    {
        if (!CurrencyRules.IsCurrency(code)) return ($"'{code}' is not a currency", "use a three-letter ISO 4217 code such as eur");
        var lower = code.ToLowerInvariant();
        return code == lower ? null : ($"'{code}': Stripe's paths have currencies in lower case", $"write '{lower}'");
    }

    /// <summary>A value without amounts that the customer is to choose and that are not enabled: Stripe takes <c>true</c> there or nothing. Source: its
    /// OpenAPI document, <c>custom_unit_amount.enabled</c>: "Pass in `true` to enable, otherwise omit".</summary>
    public static FieldValue WithoutDisabled(FieldPath path, FieldValue value)
    {
        if (path.IsMetadataKey) return value;
        if (path is { Leaf: "enabled", Parent.Leaf: Chosen }) return value == FieldValue.Of(false) ? FieldValue.Nothing : value;
        if (value is not FieldValue.Object o) return value;
        if (path.Leaf == Chosen) return o.Members.GetValueOrDefault("enabled") == FieldValue.Of(false) ? FieldValue.Nothing : value;
        if (path.Leaf != Options && path.Parent?.Leaf != Options) return value;
        var members = o.Members.Select(m => KeyValuePair.Create(m.Key, WithoutDisabled(path.Append(m.Key), m.Value))).Where(m => !m.Value.IsNone).ToImmutableSortedDictionary(StringComparer.Ordinal);
        return members.IsEmpty ? FieldValue.Nothing : new FieldValue.Object(members);
    }

    private static FieldPath Beside(FieldPath? around, string name) => around?.Append(name) ?? FieldPath.Parse(name);
}
