using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.Tests.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Planning;

/// <summary>What a successor has that its row does not say.</summary>
public sealed class SuccessorContentTests
{
    [Fact]
    public void Succession_SharedFieldOnWhichStripeWins_ChangesWithTheAmount_StaysStripes()
    {
        var map = Shop.PriceWith("nickname: { column: nickname, owner: shared, on_conflict: stripe_wins }");
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(nickname: "mine"), map);
        stripe.Edit(run.State.StripeId!, "nickname", FieldValue.Of("theirs"));
        Assert.Equal([StepKind.CreateSuccessor, StepKind.ArchivePredecessor], run.After(() => run.Row(Shop.PriceRow(amount: "12.00", nickname: "mine too"))));
        Assert.Equal(FieldValue.Of("theirs"), run.Shown.At("nickname"));
    }

    [Theory]
    [InlineData("on_null: leave")]
    [InlineData("owner: source_on_create")]
    public void Succession_RequiredMemberBecomesNullAndIsLeftToStripe_GoesWithTheObject(string rule)
    {
        var map = Recurring(rule);
        var (run, _) = Shop.PriceOf(Counted("10.00", "month", 3), map);
        Assert.Empty(run.After(() => run.Row(Counted("10.00", null, 3))));
        foreach (var row in new[] { Counted("12.00", null, 3), Counted("12.00", null, 6), Counted("14.00", null, 6) })
        {
            Assert.Equal([StepKind.CreateSuccessor, StepKind.ArchivePredecessor], run.After(() => run.Row(row)));
            Assert.Equal(FieldValue.Of("month"), run.Shown.At("recurring.interval"));
        }

        Assert.Equal(FieldValue.Of(6), run.Shown.At("recurring.interval_count"));
        Assert.Equal([StepKind.CreateSuccessor, StepKind.ArchivePredecessor], run.After(() => run.Row(Counted("14.00", null, null))));
        Assert.Equal((FieldValue.Of("month"), FieldValue.Of(1)), (run.Shown.At("recurring.interval"), run.Shown.At("recurring.interval_count")));
        Assert.Equal([StepKind.CreateSuccessor, StepKind.ArchivePredecessor], run.After(() => run.Row(Counted("14.00", null, 3))));
        Assert.Equal((FieldValue.Of("month"), FieldValue.Of(3)), (run.Shown.At("recurring.interval"), run.Shown.At("recurring.interval_count")));
    }

    [Fact]
    public void Succession_OfAnAdoptedPriceWhoseIntervalIsGivenOnce_TakesTheRowsCount()
    {
        var map = Recurring("owner: source_on_create");
        var (made, stripe) = Shop.PriceOf(Counted("10.00", "month", null), map);
        var run = new PlanRun(map, stripe).Row(Counted("10.00", "month", null)).Adopt(made.State.StripeId!);
        Assert.Equal([StepKind.CreateSuccessor, StepKind.ArchivePredecessor], run.After(() => run.Row(Counted("10.00", "month", 3))));
        Assert.Equal((FieldValue.Of("month"), FieldValue.Of(3)), (run.Shown.At("recurring.interval"), run.Shown.At("recurring.interval_count")));
    }

    [Theory]
    [InlineData("on_null: leave")]
    [InlineData("owner: source_on_create")]
    public void Succession_OfAPriceMadeWithoutTheObject_BringsNone(string rule)
    {
        var (run, _) = Shop.PriceOf(Counted("10.00", null, 3), Recurring(rule));
        Assert.Single(run.Steps);
        Assert.Equal([StepKind.CreateSuccessor, StepKind.ArchivePredecessor], run.After(() => run.Row(Counted("12.00", null, 6))));
        Assert.True(run.Shown.At("recurring").IsNone);
    }

    [Fact]
    public void Update_RequiredMemberIsGivenOnceAndWasNullThen_ObjectIsNotMadeLater()
    {
        var (run, _) = Shop.PriceOf(Counted("10.00", null, 3), Recurring("owner: source_on_create"));
        Assert.Empty(run.After(() => run.Row(Counted("10.00", "month", 3))));
    }

    [Theory]
    [InlineData("owner: source_on_create")]
    [InlineData("owner: shared, on_conflict: ask")]
    [InlineData("on_null: leave")]
    public void Succession_CurrencyChangesUnderAnAmountThatIsNotTheRows_IsHeld(string rule)
    {
        var row = Row.Of(("cents", ColumnValue.Of(2499))).FoldOnto(Shop.PriceRow());
        var (run, stripe) = Shop.PriceOf(row, In("usd", rule));
        if (rule.Contains("shared", StringComparison.Ordinal)) stripe.Edit(run.State.StripeId!, "unit_amount_decimal", FieldValue.Of("1999"));
        if (rule.Contains("leave", StringComparison.Ordinal)) row = Row.Of(("cents", ColumnValue.Null)).FoldOnto(row);
        var changed = new PlanRun(In("jpy", rule), stripe) { State = run.State }.Row(row);
        Assert.StartsWith("currency becomes jpy, and unit_amount_decimal is not the row's to say", Assert.IsType<Plan.Hold>(changed.Next()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("currency_options.eur.unit_amount_decimal: { column: cents }", "&currency_options[eur][tax_behavior]=exclusive&currency_options[eur][unit_amount_decimal]=900&")]
    [InlineData("currency_options.eur.tax_behavior: { column: tax }", "&currency_options[eur][tax_behavior]=exclusive&currency_options[eur][unit_amount]=900&")]
    [InlineData("currency_options.eur.tax_behavior: { column: none }", "&currency_options[eur][unit_amount]=900&")]
    public void Succession_CurrencyThatTheRowGivesInPart_KeepsTheRestAsObserved(string rule, string sent)
    {
        static Row RowOf(string amount) => Row.Of(("cents", ColumnValue.Of(900)), ("none", ColumnValue.Null)).FoldOnto(Shop.PriceRow(amount, tax: "exclusive"));
        var (run, stripe) = Shop.PriceOf(RowOf("10.00"), Shop.PriceWith(rule));
        stripe.Edit(run.State.StripeId!, "currency_options.eur", Parameters.Empty
            .With("unit_amount", FieldValue.Of(900)).With("unit_amount_decimal", FieldValue.Of("900")).With("tax_behavior", FieldValue.Of("exclusive")).With("custom_unit_amount", FieldValue.Nothing));
        Assert.Equal([StepKind.CreateSuccessor, StepKind.ArchivePredecessor], run.After(() => run.Row(RowOf("12.00"))));
        Assert.Contains(sent, stripe.Requests[1], StringComparison.Ordinal);
    }

    private static ResourceMap In(string currency, string rule) => Maps.Of(Maps.Product, $$"""
          price:
            from: public.prices
            key: [id]
            parent: { product: product_id }
            fields: { currency: {{currency}}, unit_amount_decimal: { column: cents, {{rule}} } }
        """).Resources[1];

    private static ResourceMap Recurring(string rule) => Maps.Of(Maps.Product, Maps.Price + $$"""

              recurring.interval: { column: interval, {{rule}} }
              recurring.interval_count: { column: count }
        """).Resources[1];

    private static Row Counted(string amount, string? interval, int? count) =>
        Row.Of(("count", count is { } n ? ColumnValue.Of(n) : ColumnValue.Null)).FoldOnto(Shop.PriceRow(amount, interval: interval));
}
