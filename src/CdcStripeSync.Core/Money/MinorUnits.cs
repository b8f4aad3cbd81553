using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Money;

/// <summary>Amounts in major units (24.99 dollars) to Stripe's smallest unit (2499 cents): exact, never rounded.</summary>
public static class MinorUnits
{
    /// <summary>Most decimal places of Stripe's decimal amounts.</summary>
    public const int MaxDecimalPlaces = 12;

    /// <summary>The amount, or why the currency cannot hold it.</summary>
    /// <remarks>A fraction of the smallest unit is an amount too (0.005 usd is 0.5 cents): <c>unit_amount_decimal</c> takes it,
    /// an integer field refuses it by its own type. Where Stripe wants last digits to be zero, a fraction does not fit.</remarks>
    public static MinorUnitsResult Of(ExactDecimal major, string currency)
    {
        if (!CurrencyRules.IsCurrency(currency)) return MinorUnitsResult.Refused($"'{currency}' is not a currency");
        var rules = CurrencyRules.For(currency);
        var minor = major.ScaleByPowerOfTen(rules.Exponent);
        if (rules.Multiple > 1 && (!minor.IsInteger || minor.Unscaled % rules.Multiple != 0))
        {
            var ending = rules.Multiple == 10 ? "its last digit to be 0" : "its last two digits to be 00";
            return MinorUnitsResult.Refused($"{major} {currency} is {minor} in the smallest unit, and Stripe wants {ending}");
        }

        return minor.Scale > MaxDecimalPlaces
            ? MinorUnitsResult.Refused($"{major} {currency} is {minor} in the smallest unit, more than {MaxDecimalPlaces} decimal places")
            : MinorUnitsResult.Exactly(minor);
    }
}
