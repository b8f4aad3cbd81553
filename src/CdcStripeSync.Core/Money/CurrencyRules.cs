using System.Collections.Frozen;

namespace CdcStripeSync.Core.Money;

/// <summary>How Stripe counts a currency's smallest unit.</summary>
/// <remarks>Source: docs.stripe.com/currencies. HUF and TWD are charged as two-decimal currencies like most others.</remarks>
public readonly record struct CurrencyRules
{
    private static readonly FrozenSet<string> Zero = Codes("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf");
    private static readonly FrozenSet<string> Three = Codes("bhd jod kwd omr tnd");
    private static readonly FrozenSet<string> WholeInHundredths = Codes("isk ugx");

    /// <summary>ISO 4217's national currencies and those Stripe still names.</summary>
    private static readonly FrozenSet<string> Known = Codes(
        """
        aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd btn bwp byn bzd cad cdf chf clp cny
        cop crc cup cve czk djf dkk dop dzd egp ern etb eur fjd fkp gbp gel ghs gip gmd gnf gtq gyd hkd hnl hrk htg huf idr ils
        inr iqd irr isk jmd jod jpy kes kgs khr kmf kpw krw kwd kyd kzt lak lbp lkr lrd lsl lyd mad mdl mga mkd mmk mnt mop mru
        mro mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sdg
        sek sgd shp sle sll sos srd ssp std stn svc syp szl thb tjs tmt tnd top try ttd twd tzs uah ugx usd uyu uzs ves vnd vuv
        wst xaf xcd xcg xof xpf yer zar zmw zwg usdc
        """);

    private CurrencyRules(int exponent, int multiple)
    {
        Exponent = exponent;
        Multiple = multiple;
    }

    /// <summary>An amount in major units times ten to the power of this is Stripe's amount.</summary>
    public int Exponent { get; }

    /// <summary>Stripe's amount must be a multiple of this: 10 for three-decimal currencies, 100 for ISK and UGX, else 1.</summary>
    public int Multiple { get; }

    public static CurrencyRules For(string currency)
    {
        var code = currency.ToLowerInvariant();
        if (Zero.Contains(code)) return new CurrencyRules(0, 1);
        if (Three.Contains(code)) return new CurrencyRules(3, 10);
        return WholeInHundredths.Contains(code) ? new CurrencyRules(2, 100) : new CurrencyRules(2, 1);
    }

    /// <summary>True for a currency's three-letter code, in either case.</summary>
    public static bool IsCurrency(string text) => Known.Contains(text.ToLowerInvariant());

    private static FrozenSet<string> Codes(string codes) =>
        codes.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
