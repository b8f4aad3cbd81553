using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Tests.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Planning;

public sealed class CreateTests
{
    [Fact]
    public void Create_NewRow_SendsOwnedFieldsThatHaveAValueAndBothMarks()
    {
        var (run, stripe) = Shop.ProductOf(Shop.ProductRow(sku: "M1"));
        Assert.Equal(["POST /v1/products id=shop_1&metadata[cdc_intent]=intent1&metadata[cdc_key]=public.products%2F1&metadata[sku]=M1&name=Mug"], stripe.Requests);
        Assert.Equal((EntityPhase.Linked, "shop_1"), (run.State.Phase, run.State.StripeId));
        Assert.Null(run.State.FirstImage);
        Assert.Equal("req_1", run.State.Base["name"].RequestId);
    }

    [Fact]
    public void Create_SourceOnCreate_TakesTheFirstImage()
    {
        var run = new PlanRun(Shop.Product, new TinyStripe()).Row(Shop.ProductRow(url: "https://first")).Row(Shop.ProductRow(url: "https://second"));
        Assert.Equal(FieldValue.Of("https://first"), run.ToEnd().Shown.At("url"));
    }

    [Fact]
    public void Create_FirstImageDidNotExist_TakesSourceOnCreateFromTheNewest()
    {
        var run = new PlanRun(Shop.Product, new TinyStripe()).Row(Shop.ProductRow(url: "https://first", deleted: true)).Row(Shop.ProductRow(url: "https://second"));
        Assert.Equal(FieldValue.Of("https://second"), run.ToEnd().Shown.At("url"));
    }

    [Fact]
    public void Create_FirstImageLackedARequiredValue_GoesOnceTheRowHasIt()
    {
        var map = Maps.Of(Maps.Product.Replace("name: { column: name }", "name: { column: name, on_null: leave }", StringComparison.Ordinal)).Resources[0];
        var run = new PlanRun(map, new TinyStripe()).Row(("id", ColumnValue.Of(1)), ("name", ColumnValue.Null));
        Assert.Equal(ParkReason.Held, Assert.IsType<Plan.Hold>(run.Next()).Reason);
        run.Row(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("Mug"))).ToEnd();
        Assert.Equal([StepKind.Create], run.Kinds);
    }

    [Fact]
    public void Create_ParentHasNoObject_Waits()
    {
        var run = new PlanRun(Shop.Price, new TinyStripe()) { Parent = new ParentStatus.Unknown("product/1") }.Row(Shop.PriceRow());
        Assert.Equal("product/1", Assert.IsType<Plan.Wait>(run.Next()).WaitsFor);
    }

    [Fact]
    public void Create_UnknownColumn_AsksForIt()
    {
        var run = new PlanRun(Shop.Product, new TinyStripe()).Row(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("Mug")), ("deleted_at", ColumnValue.Null));
        Assert.Contains("description", Assert.IsType<Plan.Ask>(run.Next()).Columns);
    }

    [Fact]
    public void Create_ImpossibleValue_HoldsBeforeAnyRequest()
    {
        var stripe = new TinyStripe();
        var hold = Assert.IsType<Plan.Hold>(new PlanRun(Shop.Price, stripe).Row(Shop.PriceRow(amount: "-10.00")).Next());
        Assert.Equal(ParkReason.Held, hold.Reason);
        Assert.Contains("unit_amount_decimal", hold.Message, StringComparison.Ordinal);
        Assert.Empty(stripe.Requests);
    }

    [Fact]
    public void Create_InactivePrice_IsMadeInactiveAndNeverDefault()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(active: false, isDefault: true));
        Assert.Equal([StepKind.Create], run.Kinds);
        Assert.Equal(FieldValue.Of(false), run.Shown.At("active"));
        Assert.Null(stripe["prod_a"].Text("default_price"));
    }

    [Theory]
    [InlineData("custom_unit_amount.enabled: { column: chosen }\n      custom_unit_amount.minimum: 100")]
    [InlineData("custom_unit_amount: { column: options, path: usd }")]
    [InlineData("currency_options.eur.custom_unit_amount.enabled: { column: chosen }")]
    [InlineData("currency_options: { column: options, path: all }")]
    public void Create_AmountThatTheCustomerIsNotToChoose_LeavesItOut(string fields)
    {
        var row = Row.Of(("chosen", ColumnValue.Of(false)), ("options", ColumnValue.Json("""{"usd":{"enabled":false,"minimum":1},"all":{"eur":{"custom_unit_amount":{"enabled":false}}}}""")));
        var (_, stripe) = Shop.PriceOf(row.FoldOnto(Shop.PriceRow()), Shop.PriceWith(fields));
        Assert.DoesNotContain("custom_unit_amount", Assert.Single(stripe.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public void Create_PriceWhoseOnlyAmountIsNotEnabled_IsHeld()
    {
        var map = Maps.Of(Maps.Product, "  price: { from: public.prices, key: [id], parent: { product: product_id }, fields: { currency: usd, custom_unit_amount.enabled: { column: active } } }").Resources[1];
        Assert.Contains("no amount", Assert.IsType<Plan.Hold>(new PlanRun(map, new TinyStripe()).Row(Shop.PriceRow(active: false)).Next()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_LookupKeyLost_LeavesItOut()
    {
        var stripe = new TinyStripe();
        stripe.Product("prod_a");
        var run = new PlanRun(Shop.Price, stripe) { Claims = ClaimVerdict.Alone with { LookupKeyWon = false } }.Row(Shop.PriceRow(lookupKey: "k")).ToEnd();
        Assert.Null(run.Shown.Text("lookup_key"));
        run.Claims = ClaimVerdict.Alone with { LookupKeyTransfer = true };
        run.ToEnd();
        Assert.Equal([StepKind.Create, StepKind.Update], run.Kinds);
        Assert.EndsWith("lookup_key=k&transfer_lookup_key=true", stripe.Requests[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Create_AfterDeletion_StartsAGenerationWithItsOwnId()
    {
        var map = Maps.Of(Maps.Product.Replace("    fields:", "    on_delete: delete\n    fields:", StringComparison.Ordinal)).Resources[0];
        var (run, stripe) = Shop.ProductOf(Row.Of(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("Mug"))), map);
        run.Gone().ToEnd();
        Assert.Equal((EntityPhase.Deleted, 2), (run.State.Phase, run.State.Generation));
        run.Row(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("Cup"))).ToEnd();
        Assert.Equal("shop_1-g2", run.State.StripeId);
        Assert.Equal(BreadthKind.Recreate, run.Steps[^1].Breadth);
        Assert.Equal(3, stripe.Requests.Count);
    }

    [Fact]
    public void Create_RowGoneBeforeItHadAnObject_KeepsTheGeneration()
    {
        var stripe = new TinyStripe();
        var run = new PlanRun(Shop.Product, stripe).Row(Shop.ProductRow()).Gone().ToEnd();
        Assert.Equal((EntityPhase.Deleted, 1), (run.State.Phase, run.State.Generation));
        Assert.Empty(stripe.Requests);
    }

    [Fact]
    public void KeyValue_LongKey_IsShortenedAndStaysDistinct()
    {
        var one = ReservedMetadata.KeyValue(new string('a', 600) + "1");
        Assert.Equal(500, one.Length);
        Assert.NotEqual(one, ReservedMetadata.KeyValue(new string('a', 600) + "2"));
        Assert.Equal("public.prices/42", ReservedMetadata.KeyValue("public.prices/42"));
    }

    [Fact]
    public void KeyValue_LongKey_IsNotCutInsideACharacter()
    {
        var value = ReservedMetadata.KeyValue(new string('a', 434) + string.Concat(Enumerable.Repeat("🎁", 60)));
        Assert.Equal(value, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(value)));
        Assert.Contains("aaa~", value, StringComparison.Ordinal);
    }
}
