using CdcStripeSync.Core.Mapping;
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
        Assert.Equal(StepKind.Archive, Assert.IsType<Plan.Next>(Planner.Next(run.Input() with { DeleteRefused = true })).Step.Kind);
    }

    [Fact]
    public void Meter_GoneAndBack_IsDeactivatedAndReactivated()
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
        Row row(string name) => Row.Of(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of(name)), ("event", ColumnValue.Of("e")));
        var state = new EntityState { Key = new EntityKey("meter", new Core.Changes.TableId("public", "meters"), "1") };
        var run = new PlanRun(map, new TinyStripe()) { State = state with { Phase = EntityPhase.Linked, StripeId = "mtr_1" } }.Row(row("a"));
        run.Gone();
        var archive = Assert.IsType<Plan.Next>(run.Next()).Step;
        Assert.Equal("/v1/billing/meters/mtr_1/deactivate", archive.Command.Path);
        run.State = StateAfter.Step(run.State, archive, Parameters.Empty, null, default);
        run.State = run.State with { RowExists = true, Base = run.Input().Desired.Fields.Aggregate(run.State.Base, (b, f) => b.SetItem(f.Key.ToString(), new BaseField(f.Value.Value, default, null))) };
        var restore = Assert.IsType<Plan.Next>(run.Next()).Step;
        Assert.Equal((StepKind.Restore, "/v1/billing/meters/mtr_1/reactivate"), (restore.Kind, restore.Command.Path));
    }
}
