using System.Numerics;
using CdcStripeSync.Core.Money;
using CdcStripeSync.Core.Values;
using FsCheck;
using FsCheck.Fluent;

namespace CdcStripeSync.Core.Tests.Money;

public sealed class MinorUnitsTests
{
    [Theory]
    [InlineData("24.99", "usd", "2499")]
    [InlineData("24.990", "USD", "2499")]
    [InlineData("0", "usd", "0")]
    [InlineData("0.005", "usd", "0.5")]
    [InlineData("-12.50", "eur", "-1250")]
    [InlineData("3600", "jpy", "3600")]
    [InlineData("3600.5", "jpy", "3600.5")]
    [InlineData("7.750", "kwd", "7750")]
    [InlineData("7.75", "tnd", "7750")]
    [InlineData("100", "isk", "10000")]
    [InlineData("5000", "ugx", "500000")]
    [InlineData("19.99", "huf", "1999")]
    [InlineData("19.99", "twd", "1999")]
    [InlineData("1", "krw", "1")]
    [InlineData("123456789012345678.99", "usd", "12345678901234567899")]
    [InlineData("0.00000000000001", "usd", "0.000000000001")]
    public void Of_AmountThatFits_IsExact(string major, string currency, string minor) =>
        Assert.Equal(ExactDecimal.Parse(minor), Amount(major, currency).Value);

    [Theory]
    [InlineData("7.751", "kwd", "last digit to be 0")]
    [InlineData("7.7505", "bhd", "last digit to be 0")]
    [InlineData("100.5", "isk", "last two digits to be 00")]
    [InlineData("0.01", "ugx", "last two digits to be 00")]
    [InlineData("0.000000000000001", "usd", "more than 12 decimal places")]
    [InlineData("1", "zzz", "is not a currency")]
    [InlineData("1", "", "is not a currency")]
    public void Of_AmountThatDoesNotFit_IsRefusedNotRounded(string major, string currency, string reason)
    {
        var result = Amount(major, currency);

        Assert.False(result.Fits);
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf", 0, 1)]
    [InlineData("bhd jod kwd omr tnd", 3, 10)]
    [InlineData("isk ugx", 2, 100)]
    [InlineData("usd eur huf twd gbp", 2, 1)]
    public void Rules_Currency_FollowStripesTable(string currencies, int exponent, int multiple)
    {
        foreach (var currency in currencies.Split(' '))
        {
            Assert.True(CurrencyRules.IsCurrency(currency), currency);
            Assert.Equal((exponent, multiple), (CurrencyRules.For(currency).Exponent, CurrencyRules.For(currency).Multiple));
        }
    }

    [Fact]
    public void Of_AnyAmount_IsExactOrRefused()
    {
        var currencies = Gen.Elements("usd", "jpy", "kwd", "isk", "huf");
        var amounts = ArbMap.Default.GeneratorFor<long>().Zip(Gen.Choose(0, 16)).Select(p => new ExactDecimal(new BigInteger(p.Item1), p.Item2));

        Prop.ForAll(amounts.Zip(currencies).ToArbitrary(), pair =>
        {
            var (major, currency) = pair;
            var result = MinorUnits.Of(major, currency);
            return !result.Fits || (result.Value.ScaleByPowerOfTen(-CurrencyRules.For(currency).Exponent) == major && result.Value.Scale <= MinorUnits.MaxDecimalPlaces);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Of_AmountsOfTheCurrencysOwnPrecision_AlwaysFit() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<long>().ToArbitrary(), cents => MinorUnits.Of(new ExactDecimal(cents, 2), "usd") is { Fits: true } result && result.Value == cents)
            .QuickCheckThrowOnFailure();

    private static MinorUnitsResult Amount(string major, string currency) => MinorUnits.Of(ExactDecimal.Parse(major), currency);
}
