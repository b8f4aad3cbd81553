using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>What must hold between a resource's amounts, and between an amount and its currency.</summary>
internal sealed class AmountChecks(FieldErrors errors, ResourceType type)
{
    /// <summary>Pairs of which Stripe takes one: the amount whole or with decimals.</summary>
    private static readonly ImmutableArray<(string, string)> Exclusive = [("unit_amount", "unit_amount_decimal"), ("amount", "amount_decimal")];

    private static readonly ImmutableArray<string> PriceAmounts = ["unit_amount_decimal", "unit_amount", "custom_unit_amount", "tiers"];

    private static readonly ImmutableArray<string> PlanAmounts = ["amount_decimal", "amount", "tiers"];

    /// <inheritdoc cref="ResourceChecks.Run"/>
    public void Run(ResourceMap map, ImmutableArray<FieldPath> covered)
    {
        CheckPairs(covered);
        CheckThere(map, covered);
        CheckCurrency(map, covered);
    }

    private void CheckPairs(ImmutableArray<FieldPath> covered)
    {
        foreach (var path in covered)
        {
            foreach (var (whole, exact) in Exclusive)
            {
                if (path.Leaf == whole && covered.Any(c => c.Leaf == exact && c.Parent == path.Parent)) errors.Add($"'{exact}' is mapped too, and Stripe takes only one of the two", "keep unit_amount_decimal: it holds every amount".Replace("unit_amount_decimal", exact, StringComparison.Ordinal), path);
            }
        }
    }

    private void CheckThere(ResourceMap map, ImmutableArray<FieldPath> covered)
    {
        var amounts = type.Name switch
        {
            "price" => PriceAmounts,
            "plan" => PlanAmounts,
            _ => [],
        };
        if (amounts.Length > 0 && !covered.Any(c => amounts.Contains(c.Root) && map.Rule(c)?.Owner != Owner.Stripe)) errors.Add($"no amount: one of {string.Join(", ", amounts)} is needed", "say `unit_amount_decimal: { column: amount, convert: minor_units }`".Replace("unit_amount_decimal", amounts[0], StringComparison.Ordinal));
    }

    private void CheckCurrency(ResourceMap map, ImmutableArray<FieldPath> covered)
    {
        foreach (var rule in map.Fields.Where(f => f.Owner != Owner.Stripe && AmountFields.CurrencyInPath(f.Path) is null))
        {
            var isConverted = rule.Converters.Any(c => c is Converter.MinorUnits);
            if (!isConverted && !AmountFields.Is(rule.Path)) continue;
            var field = AmountFields.CurrencyField(type, rule.Path);
            if (isConverted && (field == rule.Path || rule.Type.Format == FieldFormat.Currency))
            {
                errors.Add("minor_units makes an amount, and this is a currency", "remove the converter", rule.Path);
                continue;
            }

            if (field is { } known && map.Rule(known) is { } currency)
            {
                if (!AreDecidedTogether(rule, currency))
                    errors.Add($"its owner is {Word(rule.Owner)} and that of its currency '{known}' is {Word(currency.Owner)}: an amount in one currency could be sent as one in another", "give both the owner source, or both source_on_create", rule.Path);
            }
            else if (isConverted && !(field is { } missing && covered.Contains(missing)))
            {
                errors.Add("minor_units needs to know the currency", field is null ? "Stripe has no field for it here: store the amount in the smallest unit" : $"map `{field}` of the same row, or store the amount in the smallest unit", rule.Path);
            }
        }
    }

    /// <summary>An amount means something only in its currency: both come from one image of the row, or the currency is always the same.</summary>
    private static bool AreDecidedTogether(FieldRule amount, FieldRule currency) =>
        currency is { Source: FieldSource.Constant, Owner: Owner.Source } || (amount.Owner == currency.Owner && amount.Owner != Owner.Shared);

    private static string Word(Owner owner) => Words.Owners.First(w => w.Value == owner).Key;
}
