using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Tests.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Planning;

public sealed class LifecycleTests
{
    [Fact]
    public void Gone_Product_IsArchivedOnce()
    {
        var (run, stripe) = Shop.ProductOf(Shop.ProductRow());
        Assert.Equal([StepKind.Archive], run.After(() => run.Gone()));
        Assert.Equal("POST /v1/products/shop_1 active=false", stripe.Requests[^1]);
        Assert.True(run.State.ArchivedByUs);
        Assert.Empty(run.After(() => run.Gone()));
    }

    [Fact]
    public void Gone_DefaultPrice_UnsetsTheDefaultFirst()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(isDefault: true));
        Assert.Equal([StepKind.UnsetDefault, StepKind.Archive], run.After(() => run.Gone()));
        Assert.Equal([BreadthKind.Archive, BreadthKind.Archive], run.Steps.TakeLast(2).Select(s => s.Breadth));
        Assert.Null(stripe["prod_a"].Text("default_price"));
    }

    [Fact]
    public void Gone_PriceWhoseProductHasAnotherDefault_LeavesItThere()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(isDefault: true));
        stripe.Edit("prod_a", "default_price", FieldValue.Of("price_other"));
        Assert.Equal([StepKind.Archive], run.After(() => run.Gone()));
        Assert.Equal("price_other", stripe["prod_a"].Text("default_price"));
    }

    [Fact]
    public void Restore_RowIsBack_IsActiveAndUpToDateInOneRequest()
    {
        var (run, stripe) = Shop.ProductOf(Shop.ProductRow());
        run.Gone().ToEnd();
        Assert.Equal([StepKind.Restore], run.After(() => run.Row(Shop.ProductRow(name: "Cup"))));
        Assert.Equal("POST /v1/products/shop_1 active=true&name=Cup", stripe.Requests[^1]);
        Assert.Equal((EntityPhase.Linked, false), (run.State.Phase, run.State.ArchivedByUs));
    }

    [Fact]
    public void Restore_SoftDeleteTakenBack_WorksTheSame()
    {
        var (run, _) = Shop.ProductOf(Shop.ProductRow());
        Assert.Equal([StepKind.Archive], run.After(() => run.Row(Shop.ProductRow(name: "ignored", deleted: true))));
        Assert.Equal(FieldValue.Of("Mug"), run.Shown.At("name"));
        Assert.Equal([StepKind.Restore], run.After(() => run.Row(Shop.ProductRow(name: "Cup"))));
    }

    [Fact]
    public void Restore_InactiveWasTheRowsOwnWord_StaysInactive()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(active: false));
        run.Gone().ToEnd();
        Assert.Equal(EntityPhase.Archived, run.State.Phase);
        run.Row(Shop.PriceRow(active: false)).ToEnd();
        Assert.Equal(FieldValue.Of(false), run.Shown.At("active"));
        Assert.Single(stripe.Requests);
    }

    [Fact]
    public void Restore_DefaultPrice_IsDefaultAgain()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(isDefault: true));
        stripe.Edit("prod_a", "default_price", FieldValue.Nothing);
        run.Gone().ToEnd();
        Assert.Equal([StepKind.Restore, StepKind.SetDefault], run.After(() => run.Row(Shop.PriceRow(isDefault: true))));
        Assert.Equal(run.State.StripeId, stripe["prod_a"].Text("default_price"));
    }

    [Fact]
    public void Restore_WithAnotherAmount_IsASuccession()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow());
        run.Gone().ToEnd();
        run.Row(Shop.PriceRow(amount: "12.00")).ToEnd();
        Assert.Equal(FieldValue.Of(1200), Assert.Single(stripe.ActivePrices).At("unit_amount_decimal"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("active: { column: active, owner: stripe }")]
    public void Gone_PriceThatSomebodyArchived_IsNotRestored(string active)
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(isDefault: true), Shop.PriceWhoseActiveIs(active));
        stripe.Edit("prod_a", "default_price", FieldValue.Nothing);
        stripe.Edit(run.State.StripeId!, "active", FieldValue.Of(false));
        Assert.Empty(run.After(() => run.Gone()));
        Assert.Equal(EntityPhase.Archived, run.State.Phase);
        Assert.Empty(run.After(() => run.Row(Shop.PriceRow(isDefault: true))));
        Assert.Equal((EntityPhase.Linked, FieldValue.Of(false)), (run.State.Phase, run.Shown.At("active")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("active: { column: active, owner: stripe }")]
    public void Restore_ActiveIsNotTheRowsToSay_IsSetBackWhereOurArchiveTookIt(string active)
    {
        var (run, _) = Shop.PriceOf(Shop.PriceRow(), Shop.PriceWhoseActiveIs(active));
        Assert.Equal([StepKind.Archive], run.After(() => run.Gone()));
        Assert.Equal([StepKind.Restore], run.After(() => run.Row(Shop.PriceRow())));
        Assert.Equal(FieldValue.Of(true), run.Shown.At("active"));
        Assert.Equal([StepKind.CreateSuccessor], run.After(() => run.Gone().ToEnd().Row(Shop.PriceRow(amount: "12.00"))).Skip(1));
        Assert.Equal(FieldValue.Of(true), run.Shown.At("active"));
    }

    [Fact]
    public void Gone_ActiveIsTheRowsToSay_IsArchivedWithoutARead()
    {
        var (run, _) = Shop.ProductOf(Shop.ProductRow(), Maps.Of(Maps.Product + "\n      active: { constant: true }").Resources[0]);
        run.Gone().ToEnd();
        Assert.Equal(0, run.Reads);
    }

    [Fact]
    public void Keep_GoneAndBack_CostsNoRequestUnlessSomethingDiffers()
    {
        var map = Maps.Customer("name: { column: name }");
        var stripe = new TinyStripe();
        var run = new PlanRun(map, stripe).Row(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("Ada"))).ToEnd();
        run.Gone().ToEnd();
        Assert.Equal(EntityPhase.Kept, run.State.Phase);
        run.Row(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("Ada"))).ToEnd();
        Assert.Equal(EntityPhase.Linked, run.State.Phase);
        Assert.Single(stripe.Requests);
    }

    [Fact]
    public void Delete_ProductThatHadAPrice_IsArchivedInstead()
    {
        var map = Maps.Of(Maps.Product.Replace("    fields:", "    on_delete: delete\n    fields:", StringComparison.Ordinal)).Resources[0];
        var (run, _) = Shop.ProductOf(Row.Of(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("Mug"))), map);
        run.Gone();
        Assert.Equal(StepKind.Delete, Assert.IsType<Plan.Next>(run.Next()).Step.Kind);
        Assert.Equal(StepKind.Archive, Assert.IsType<Plan.Next>(Planner.Next(run.Input() with { DeleteRefused = true, Observed = run.Shown })).Step.Kind);
    }

    [Fact]
    public void Meter_GoneAndBackAndChanged_IsDeactivatedReactivatedAndReplacedOnceItIsOutOfUse()
    {
        var map = Maps.Of("""
          meter:
            from: public.meters
            key: [id]
            on_delete: archive
            fields:
              display_name: { column: name }
              event_name: { column: event }
              default_aggregation.formula: { constant: sum }
        """).Resources[0];
        Row row(string ofEvent) => Row.Of(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("a")), ("event", ColumnValue.Of(ofEvent)));
        var stripe = new TinyStripe();
        var run = new PlanRun(map, stripe).Row(row("e")).ToEnd();
        var first = run.State.StripeId!;
        Assert.Equal([StepKind.Archive], run.After(() => run.Gone()));
        Assert.Equal([StepKind.Restore], run.After(() => run.Row(row("e"))));
        Assert.Equal([$"POST /v1/billing/meters/{first}/deactivate ", $"POST /v1/billing/meters/{first}/reactivate "], stripe.Requests.Skip(1));

        var hold = Assert.IsType<Plan.Hold>(run.Row(row("f")).Next());
        Assert.Contains("deactivate", hold.Hint, StringComparison.Ordinal);
        stripe.Edit(first, "status", FieldValue.Of("inactive"));
        Assert.Equal([StepKind.CreateSuccessor], run.After(() => { }));
        Assert.Equal(first, Assert.Single(run.State.Predecessors));

        stripe.Edit(run.State.StripeId!, "status", FieldValue.Of("inactive"));
        Assert.Empty(run.After(() => run.Gone()));
    }
}
