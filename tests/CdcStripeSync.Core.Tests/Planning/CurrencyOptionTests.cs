using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.Tests.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Planning;

/// <summary>A price's amounts in further currencies, which Stripe takes once.</summary>
public sealed class CurrencyOptionTests
{
    private static readonly StepKind[] Succession = [StepKind.CreateSuccessor, StepKind.ArchivePredecessor];

    private static readonly ResourceMap Euro = Shop.PriceWith("currency_options.eur.unit_amount_decimal: { column: eur, convert: minor_units }", "currency_options.eur.tax_behavior: { column: tax }");

    private static readonly ResourceMap Whole = Shop.PriceWith("currency_options: { column: options }");

    [Fact]
    public void Currency_NotThereYet_IsAddedByAnUpdate()
    {
        var (run, _) = Shop.PriceOf(InEuro(null), Euro);
        Assert.Equal([StepKind.Update], run.After(() => run.Row(InEuro("9.50", "exclusive"))));
        Assert.Equal((FieldValue.Of(950), FieldValue.Of("exclusive")), (run.Shown.At("currency_options.eur.unit_amount_decimal"), run.Shown.At("currency_options.eur.tax_behavior")));
    }

    [Fact]
    public void Currency_AddedByAPerson_GetsTheRowsAmountByASuccession()
    {
        var (run, stripe) = Shop.PriceOf(InEuro(null), Euro);
        stripe.Edit(run.State.StripeId!, "currency_options.eur", Shown(900));
        Assert.Equal(Succession, run.After(() => run.Row(InEuro("9.50"))));
        Assert.Equal(FieldValue.Of(950), run.Shown.At("currency_options.eur.unit_amount_decimal"));
    }

    [Fact]
    public void Currency_AddedByAPersonWithTheRowsAmount_IsNotSentAgain()
    {
        var (run, stripe) = Shop.PriceOf(InEuro(null), Euro);
        stripe.Edit(run.State.StripeId!, "currency_options.eur", Shown(950));
        Assert.Empty(run.After(() => run.Row(InEuro("9.50"))));
        Assert.Equal(Succession, run.After(() => run.Row(InEuro("9.90"))));
    }

    [Fact]
    public void CurrencysTaxBehavior_Unspecified_IsSpecifiedByAnUpdate()
    {
        var (run, stripe) = Shop.PriceOf(InEuro("9.50", "unspecified"), Euro);
        Assert.Equal([StepKind.Update], run.After(() => run.Row(InEuro("9.50", "exclusive"))));
        Assert.EndsWith(" currency_options[eur][tax_behavior]=exclusive", stripe.Requests[^1], StringComparison.Ordinal);
        Assert.Equal(Succession, run.After(() => run.Row(InEuro("9.50", "inclusive"))));
    }

    [Fact]
    public void Currency_RowGivesItNoMore_IsASuccessionWithoutIt()
    {
        var (run, stripe) = Shop.PriceOf(InEuro("9.50"), Euro);
        stripe.Edit(run.State.StripeId!, "currency_options.eur.tax_behavior", FieldValue.Of("unspecified"));
        Assert.Equal(Succession, run.After(() => run.Row(InEuro(null))));
        Assert.True(run.Shown.At("currency_options").IsNone);
    }

    [Fact]
    public void CurrenciesOfOneColumn_GainOne_SendThatOneAlone()
    {
        var (run, stripe) = Shop.PriceOf(Options("""{"eur":{"unit_amount":900}}"""), Whole);
        Assert.Equal([StepKind.Update], run.After(() => run.Row(Options("""{"eur":{"unit_amount":900},"gbp":{"unit_amount":800}}"""))));
        Assert.EndsWith(" currency_options[gbp][unit_amount]=800", stripe.Requests[^1], StringComparison.Ordinal);
        Assert.Equal([StepKind.Update], run.After(() => run.Row(Options("""{"eur":{"tax_behavior":"exclusive","unit_amount":900},"gbp":{"unit_amount":800}}"""))));
        Assert.EndsWith(" currency_options[eur][tax_behavior]=exclusive", stripe.Requests[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"eur":{"unit_amount":950}}""")]
    [InlineData("""{"gbp":{"unit_amount":800}}""")]
    [InlineData("""{"eur":{"tax_behavior":"exclusive","unit_amount":950}}""")]
    [InlineData(null)]
    public void CurrenciesOfOneColumn_OneChangesOrGoes_IsASuccession(string? json)
    {
        var (run, _) = Shop.PriceOf(Options("""{"eur":{"unit_amount":900}}"""), Whole);
        Assert.Equal(Succession, run.After(() => run.Row(Options(json))));
        Assert.Equal(json is null ? FieldValue.Nothing : FieldValueJson.Parse(json), run.Shown.At("currency_options"));
    }

    private static FieldValue.Object Shown(long amount) => Parameters.Empty
        .With("unit_amount", FieldValue.Of(amount)).With("unit_amount_decimal", FieldValue.Of(amount.ToString(System.Globalization.CultureInfo.InvariantCulture))).With("tax_behavior", FieldValue.Of("unspecified"));

    private static Row InEuro(string? amount, string? tax = null) => Row.Of(("eur", amount is null ? ColumnValue.Null : Maps.Decimal(amount))).FoldOnto(Shop.PriceRow(tax: tax));

    private static Row Options(string? json) => Row.Of(("options", json is null ? ColumnValue.Null : ColumnValue.Json(json))).FoldOnto(Shop.PriceRow());
}
