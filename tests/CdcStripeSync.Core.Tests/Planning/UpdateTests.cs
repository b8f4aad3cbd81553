using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Tests.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Planning;

public sealed class UpdateTests
{
    [Fact]
    public void Update_OneFieldDiffers_SendsExactlyThatField()
    {
        var (run, stripe) = Shop.ProductOf(Shop.ProductRow(description: "blue", sku: "M1"));
        run.Row(Shop.ProductRow(name: "Cup", description: "blue", sku: "M1")).ToEnd();
        Assert.Equal("POST /v1/products/shop_1 name=Cup", stripe.Requests[^1]);
    }

    [Fact]
    public void Update_NothingOwnedDiffers_CostsNoRequest()
    {
        var (run, stripe) = Shop.ProductOf(Shop.ProductRow(url: "https://a"));
        stripe.Edit("shop_1", "tax_code", FieldValue.Of("txcd_1"));
        run.Row(Shop.ProductRow(url: "https://b")).ToEnd();
        Assert.Single(stripe.Requests);
    }

    [Fact]
    public void Update_BecameNull_ClearsTheFieldAndTheSingleMetadataKey()
    {
        var (run, stripe) = Shop.ProductOf(Shop.ProductRow(description: "blue", sku: "M1"));
        stripe.Edit("shop_1", "metadata.others", FieldValue.Of("stays"));
        run.Row(Shop.ProductRow()).ToEnd();
        Assert.Equal("POST /v1/products/shop_1 description=&metadata[sku]=", stripe.Requests[^1]);
        Assert.Equal(FieldValue.Of("stays"), run.Shown.At("metadata.others"));
    }

    [Fact]
    public void Update_BecameNullWithLeave_KeepsStripesValue()
    {
        var (run, stripe) = Shop.ProductOf(Shop.ProductRow(unit: "cup"));
        run.Row(Shop.ProductRow()).ToEnd();
        Assert.Single(stripe.Requests);
        Assert.Equal(FieldValue.Of("cup"), run.Shown.At("unit_label"));
    }

    [Fact]
    public void Update_BecameNullAndCannotBeCleared_Holds()
    {
        var map = Shop.PriceWith("nickname: { column: nickname }");
        var (run, _) = Shop.PriceOf(Shop.PriceRow(nickname: "gold"), map);
        var hold = Assert.IsType<Plan.Hold>(run.Row(Shop.PriceRow()).Next());
        Assert.Equal(ParkReason.Held, hold.Reason);
        Assert.Contains("nickname", hold.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Update_SameNumberInAnotherNotation_CostsNoRequest()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(amount: "10.00"));
        run.Row(Shop.PriceRow(amount: "10")).ToEnd();
        Assert.Single(stripe.Requests);
    }

    [Fact]
    public void Update_KeyOfTheRowChanged_BringsTheMarkUpToDate()
    {
        var (run, stripe) = Shop.ProductOf(Shop.ProductRow());
        run.State = run.State with { Key = run.State.Key with { Key = "2" } };
        run.ToEnd();
        Assert.Equal("POST /v1/products/shop_1 metadata[cdc_key]=public.products%2F2", stripe.Requests[^1]);
    }

    [Fact]
    public void Update_MemberOfAnObjectChanged_SendsTheObjectsDesiredMembers()
    {
        var map = Maps.Customer("address.line1: { column: l }", "address.city: { column: c }", "address.country: { column: k, on_null: leave }");
        var stripe = new TinyStripe();
        var run = new PlanRun(map, stripe).Row(("id", ColumnValue.Of(1)), ("l", ColumnValue.Of("a")), ("c", ColumnValue.Of("b")), ("k", ColumnValue.Of("DE"))).ToEnd();
        run.Row(("id", ColumnValue.Of(1)), ("l", ColumnValue.Null), ("c", ColumnValue.Of("d")), ("k", ColumnValue.Null)).ToEnd();
        Assert.EndsWith(" address[city]=d&address[country]=DE", stripe.Requests[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Update_MemberThatWasAlwaysEmpty_IsNotSentWithTheOthers()
    {
        var map = Maps.Customer("address.line1: { column: l }", "address.line2: { column: m }");
        var stripe = new TinyStripe();
        var run = new PlanRun(map, stripe).Row(("id", ColumnValue.Of(1)), ("l", ColumnValue.Of("a")), ("m", ColumnValue.Null)).ToEnd();
        run.Row(("id", ColumnValue.Of(1)), ("l", ColumnValue.Of("b")), ("m", ColumnValue.Null)).ToEnd();
        Assert.EndsWith(" address[line1]=b", stripe.Requests[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("source_wins", "row")]
    [InlineData("stripe_wins", "stripe")]
    public void Shared_BothChanged_FollowsItsPolicy(string policy, string winner)
    {
        var (run, stripe) = Shared(policy);
        stripe.Edit("shop_1", "description", FieldValue.Of("stripe"));
        run.Row(Shop.ProductRow(description: "row")).ToEnd();
        Assert.Equal(FieldValue.Of(winner), run.Shown.At("description"));
        var reads = run.Reads;
        run.ToEnd();
        Assert.Equal(reads, run.Reads);
    }

    [Theory]
    [InlineData("ask")]
    [InlineData("newest")]
    public void Shared_BothChangedAndNobodyDecides_IsAConflict(string policy)
    {
        var (run, stripe) = Shared(policy);
        stripe.Edit("shop_1", "description", FieldValue.Of("stripe"));
        Assert.Equal(ParkReason.Conflict, Assert.IsType<Plan.Hold>(run.Row(Shop.ProductRow(description: "row")).Next()).Reason);
    }

    [Fact]
    public void Shared_OnlyTheSourceChanged_ReadsAndWrites()
    {
        var (run, _) = Shared("ask");
        run.Row(Shop.ProductRow(description: "row")).ToEnd();
        Assert.Equal((1, FieldValue.Of("row")), (run.Reads, run.Shown.At("description")));
    }

    [Fact]
    public void Shared_BothChangedToTheSame_CostsNoWrite()
    {
        var (run, stripe) = Shared("ask");
        stripe.Edit("shop_1", "description", FieldValue.Of("same"));
        run.Row(Shop.ProductRow(description: "same")).ToEnd();
        Assert.Single(stripe.Requests);
    }

    [Fact]
    public void Shared_ObjectIsGone_IsMadeAnewAsTheRowSays()
    {
        var (run, stripe) = Shared("ask");
        stripe.Remove("shop_1");
        Assert.Equal([StepKind.Create], run.After(() => run.Row(Shop.ProductRow(description: "row"))));
        Assert.Equal(FieldValue.Of("row"), run.Shown.At("description"));
    }

    [Theory]
    [InlineData("on_null: leave")]
    [InlineData("owner: source_on_create")]
    public void Update_AmountBecomesNullAndIsLeftToStripe_OthersFollow(string rule)
    {
        var map = Maps.Of(Maps.Product, $$"""
              price:
                from: public.prices
                key: [id]
                parent: { product: product_id }
                fields: { currency: usd, unit_amount_decimal: { column: cents, {{rule}} }, nickname: { column: nickname } }
            """).Resources[1];
        static Row RowOf(ColumnValue cents, string nickname) => Row.Of(("cents", cents)).FoldOnto(Shop.PriceRow(nickname: nickname));
        var (run, _) = Shop.PriceOf(RowOf(ColumnValue.Of(2499), "a"), map);
        Assert.Equal([StepKind.Update], run.After(() => run.Row(RowOf(ColumnValue.Null, "b"))));
        Assert.IsType<Plan.Hold>(new PlanRun(map, new TinyStripe()).Row(RowOf(ColumnValue.Null, "b")).Next());
    }

    [Fact]
    public void TaxBehavior_Unspecified_IsSpecifiedByAnUpdate()
    {
        var (run, _) = Shop.PriceOf(Shop.PriceRow(), Taxed);
        Assert.Equal([StepKind.Update], run.After(() => run.Row(Shop.PriceRow(tax: "exclusive"))));
    }

    [Fact]
    public void TaxBehavior_SpecifiedToAnother_IsASuccession()
    {
        var (run, _) = Shop.PriceOf(Shop.PriceRow(tax: "exclusive"), Taxed);
        Assert.Equal([StepKind.CreateSuccessor, StepKind.ArchivePredecessor], run.After(() => run.Row(Shop.PriceRow(tax: "inclusive"))));
    }

    [Fact]
    public void TaxBehavior_SpecifiedInStripeAlready_IsNotSentAgain()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(), Taxed);
        stripe.Edit(run.State.StripeId!, "tax_behavior", FieldValue.Of("exclusive"));
        Assert.Empty(run.After(() => run.Row(Shop.PriceRow(tax: "exclusive"))));
        Assert.Equal([StepKind.CreateSuccessor, StepKind.ArchivePredecessor], run.After(() => run.Row(Shop.PriceRow(tax: "inclusive"))));
    }

    private static readonly ResourceMap Taxed = Shop.PriceWith("tax_behavior: { column: tax, on_null: leave }");

    private static (PlanRun Run, TinyStripe Stripe) Shared(string policy) => Shop.ProductOf(
        Shop.ProductRow(description: "old"),
        Maps.Of($$"""
          product:
            from: public.products
            key: [id]
            stripe_id: "shop_{id}"
            fields:
              name: { column: name }
              description: { column: description, owner: shared, on_conflict: {{policy}} }
        """).Resources[0]);
}
