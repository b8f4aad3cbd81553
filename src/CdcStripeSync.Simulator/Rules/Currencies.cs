using System.Globalization;
using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>Which currencies Stripe takes, and which amounts in them.</summary>
internal static class Currencies
{
    private static readonly HashSet<string> Supported =
    [
        .. ("usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd "
            + "egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl hrk htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl "
            + "mga mkd mmk mnt mop mro mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos "
            + "srd std svc szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw").Split(' '),
    ];

    private static readonly HashSet<string> HundredsOnly = ["isk", "ugx"];
    private static readonly HashSet<string> ThreeDecimals = ["bhd", "jod", "kwd", "omr", "tnd"];

    public static string Read(string currency, string parameter)
    {
        var lower = currency.ToLowerInvariant();
        return Supported.Contains(lower)
            ? lower
            : throw StripeErrorException.Invalid(null, $"Invalid currency: {lower}. Stripe currently supports these currencies: {string.Join(", ", Supported)}", parameter);
    }

    /// <summary>The amount of <paramref name="name"/> or <paramref name="name"/><c>_decimal</c>; null when neither was sent.</summary>
    public static decimal? Amount(JsonObject parameters, string name, string currency, string path)
    {
        var decimalName = name + "_decimal";
        if (parameters.ContainsKey(name) && parameters.ContainsKey(decimalName))
            throw StripeErrorException.Invalid("parameters_exclusive", $"You may only specify one of these parameters: {path}{name}, {path}{decimalName}.", path + name);
        var used = parameters.ContainsKey(decimalName) ? decimalName : name;
        if (parameters[used] is not JsonValue node) return null;
        var amount = node.TryGetValue<long>(out var whole) ? whole : decimal.Parse((string)node!, CultureInfo.InvariantCulture);
        if (amount < 0) throw StripeErrorException.Invalid("parameter_invalid_integer", "Invalid non-negative integer", path + used);
        if (Normal(amount).Scale > 12)
            throw StripeErrorException.Invalid(null, $"Invalid decimal: {node}; must contain at maximum twelve decimal places.", path + used);
        if (HundredsOnly.Contains(currency) && amount % 100 != 0)
            throw StripeErrorException.Invalid(null, $"Invalid amount: amounts in {currency} are sent times 100, so the last two digits must be 00.", path + used);
        if (ThreeDecimals.Contains(currency) && amount % 10 != 0)
            throw StripeErrorException.Invalid(null, $"Invalid amount: amounts in {currency} are sent times 1000, and the last digit must be 0.", path + used);
        return amount;
    }

    /// <summary>Puts an amount as Stripe answers it: a fractional one has no integer form.</summary>
    public static void Put(JsonObject target, string name, decimal? amount)
    {
        target[name] = amount is { } whole && decimal.IsInteger(whole) ? JsonValue.Create((long)whole) : null;
        target[name + "_decimal"] = amount is { } value ? JsonValue.Create(Normal(value).ToString(CultureInfo.InvariantCulture)) : null;
    }

    /// <summary>Without trailing zeros.</summary>
    private static decimal Normal(decimal value) => value / 1.0000000000000000000000000000m;
}
