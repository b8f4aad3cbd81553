using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.Tests.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Planning;

public sealed class DefaultPriceTests
{
    [Fact]
    public void Default_RowBecomesIt_PointsTheProductHere()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow());
        Assert.Equal([StepKind.SetDefault], run.After(() => run.Row(Shop.PriceRow(isDefault: true))));
        Assert.Equal($"POST /v1/products/prod_a default_price={run.State.StripeId}", stripe.Requests[^1]);
    }

    [Fact]
    public void Default_RowNoLongerAndNobodyElse_Unsets()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(isDefault: true));
        run.Claims = ClaimVerdict.Alone with { DefaultWon = false };
        Assert.Equal([StepKind.UnsetDefault], run.After(() => run.Row(Shop.PriceRow())));
        Assert.Equal("POST /v1/products/prod_a default_price=", stripe.Requests[^1]);
    }

    [Fact]
    public void Default_LateFalseAfterAnothersTrue_UnsetsNothing()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(isDefault: true));
        run.Claims = ClaimVerdict.Alone with { DefaultWon = false, OtherDefaultClaimant = true };
        Assert.Empty(run.After(() => run.Row(Shop.PriceRow())));
        run.State = StateAfter.DefaultLost(run.State); // the other has set it
        run.Claims = ClaimVerdict.Alone;
        Assert.Equal([StepKind.SetDefault], run.After(() => run.Row(Shop.PriceRow(isDefault: true))));
        Assert.Equal(run.State.StripeId, stripe["prod_a"].Text("default_price"));
    }

    [Fact]
    public void Default_OtherClaimantGivesUpBeforeItIsSet_IsUnsetByTheOneThatHeldIt()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(isDefault: true));
        run.Claims = ClaimVerdict.Alone with { DefaultWon = false, OtherDefaultClaimant = true };
        Assert.Empty(run.After(() => run.Row(Shop.PriceRow())));
        run.Claims = ClaimVerdict.Alone with { DefaultWon = false };
        Assert.Equal([StepKind.UnsetDefault], run.After(() => run.Row(Shop.PriceRow())));
        Assert.Null(stripe["prod_a"].Text("default_price"));
    }

    [Fact]
    public void Default_SomebodyElsesPriceIsShown_IsNotUnset()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(isDefault: true));
        stripe.Edit("prod_a", "default_price", FieldValue.Of("price_other"));
        Assert.Empty(run.After(() => run.Row(Shop.PriceRow())));
        Assert.Equal("price_other", stripe["prod_a"].Text("default_price"));
    }

    [Fact]
    public void Default_ClaimLost_IsNotSet()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow());
        run.Claims = ClaimVerdict.Alone with { DefaultWon = false, OtherDefaultClaimant = true };
        Assert.Empty(run.After(() => run.Row(Shop.PriceRow(isDefault: true))));
        Assert.Null(stripe["prod_a"].Text("default_price"));
    }

    [Fact]
    public void Default_BecomesInactive_IsUnsetBefore()
    {
        var (run, _) = Shop.PriceOf(Shop.PriceRow(isDefault: true));
        Assert.Equal([StepKind.UnsetDefault, StepKind.Update], run.After(() => run.Row(Shop.PriceRow(active: false, isDefault: true))));
        Assert.Equal([BreadthKind.Archive, BreadthKind.Archive], run.Steps.TakeLast(2).Select(s => s.Breadth));
        Assert.Equal([StepKind.Update, StepKind.SetDefault], run.After(() => run.Row(Shop.PriceRow(isDefault: true))));
    }

    [Fact]
    public void Default_ProductIsNamedByARule_IsSetMovedWithTheAmountAndUnset()
    {
        var (run, stripe) = OfRule("prod_a");
        Assert.Equal([StepKind.Create, StepKind.SetDefault], run.Kinds);
        Assert.Equal([StepKind.CreateSuccessor, StepKind.SetDefault, StepKind.ArchivePredecessor], run.After(() => run.Row(RuleRow("prod_a", "12.00"))));
        Assert.Equal(run.State.StripeId, stripe["prod_a"].Text("default_price"));
        Assert.Equal([StepKind.UnsetDefault, StepKind.Archive], run.After(() => run.Gone()));
    }

    [Fact]
    public void Default_RuleNamesAnotherProduct_LeavesTheOldOneWithoutIt()
    {
        var (run, stripe) = OfRule("prod_a");
        Assert.Equal([StepKind.UnsetDefault, StepKind.CreateSuccessor, StepKind.ArchivePredecessor, StepKind.SetDefault], run.After(() => run.Row(RuleRow("prod_b"))));
        Assert.Equal((null, run.State.StripeId), (stripe["prod_a"].Text("default_price"), stripe["prod_b"].Text("default_price")));
    }

    [Fact]
    public void Default_AdoptedPriceWhoseProductARuleNames_MovesWithTheAmount()
    {
        var (run, stripe) = OfRule("prod_a");
        run.Adopt(run.State.StripeId!).Row(RuleRow("prod_a", "12.00")).ToEnd();
        Assert.Equal(run.State.StripeId, stripe["prod_a"].Text("default_price"));
        Assert.Single(stripe.ActivePrices);
    }

    private static (PlanRun Run, TinyStripe Stripe) OfRule(string product) => Shop.PriceOf(RuleRow(product), Maps.Of("""
          price:
            from: public.prices
            key: [id]
            default_when: { is_default: true }
            fields:
              product: { column: stripe_product }
              currency: { column: currency }
              unit_amount_decimal: { column: amount, convert: minor_units }
              active: { column: active }
        """).Resources[0]);

    private static Row RuleRow(string product, string amount = "10.00") => Row.Of(("stripe_product", ColumnValue.Of(product))).FoldOnto(Shop.PriceRow(amount, isDefault: true));

    [Fact]
    public void Default_SetBySomebodyElseAndPriceBecomesInactive_IsUnsetBefore()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow());
        stripe.Edit("prod_a", "default_price", FieldValue.Of(run.State.StripeId!));
        Assert.Equal([StepKind.UnsetDefault, StepKind.Update], run.After(() => run.Row(Shop.PriceRow(active: false))));
    }
}
