using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Tests.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Planning;

/// <summary>Resources that are no price and have their own ways of being replaced.</summary>
public sealed class OtherResourceTests
{
    private static readonly ResourceMap Code = CodeWith("active: { column: active }");

    private static readonly ResourceMap Plan = Maps.Of(Maps.Product, """
          plan:
            from: public.plans
            key: [id]
            parent: { product: product_id }
            fields:
              amount: { column: cents }
              currency: usd
              interval: month
        """).Resources[1];

    [Fact]
    public void PromotionCode_ChangedUnderTheSameCode_IsWithdrawnBeforeItsSuccessorIsMade()
    {
        var (run, stripe) = CodeOf(Code, redemptions: 5);
        var old = run.State.StripeId!;
        Assert.Equal([StepKind.Archive, StepKind.CreateSuccessor], run.After(() => run.Row(CodeRow(redemptions: 6))));
        Assert.Equal((FieldValue.Of(false), FieldValue.Of(true)), (stripe[old].At("active"), run.Shown.At("active")));
        Assert.Equal(FieldValue.Of(6), run.Shown.At("max_redemptions"));
        Assert.Equal(old, Assert.Single(run.State.Predecessors));
        Assert.Equal([BreadthKind.PriceChange, BreadthKind.None], run.Steps.Skip(1).Select(s => s.Breadth));
    }

    [Fact]
    public void PromotionCode_WithAnotherCode_IsMadeBeforeTheOldOneGoes()
    {
        var (run, _) = CodeOf(Code, redemptions: 5);
        Assert.Equal([StepKind.CreateSuccessor, StepKind.ArchivePredecessor], run.After(() => run.Row(CodeRow(redemptions: 5, code: "OTHER"))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void PromotionCode_SetBackWhileWithdrawn_IsRestored(bool mapsActive)
    {
        var (run, stripe) = CodeOf(mapsActive ? Code : CodeWith(), redemptions: 5);
        run.Row(CodeRow(redemptions: 6));
        Assert.True(run.Step());
        run.Row(CodeRow(redemptions: 5)).ToEnd();
        Assert.Equal(FieldValue.Of(true), Assert.Single(stripe.All).At("active"));
        Assert.Equal(EntityPhase.Linked, run.State.Phase);
    }

    [Fact]
    public void Plan_AmountChanges_SuccessorHasOneAmount()
    {
        var stripe = new TinyStripe();
        stripe.Product("prod_a");
        var run = new PlanRun(Plan, stripe).Row(PlanRow(500)).ToEnd();
        stripe.Edit(run.State.StripeId!, "amount_decimal", FieldValue.Of("500"));
        run.Row(PlanRow(600)).ToEnd();
        Assert.Contains("amount=600&currency=usd", stripe.Requests[1], StringComparison.Ordinal);
        Assert.DoesNotContain("amount_decimal", stripe.Requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_MovesToAnotherProduct_IsTheSamePlanThere()
    {
        var stripe = new TinyStripe();
        stripe.Product("prod_a");
        stripe.Product("prod_b");
        var run = new PlanRun(Plan, stripe).Row(PlanRow(500)).ToEnd();
        run.Parent = new ParentStatus.Linked("prod_b");
        Assert.Equal([StepKind.Update], run.After(() => { }));
        Assert.Equal(("prod_b", "prod_b"), (run.Shown.Text("product"), run.State.ParentStripeId));
    }

    [Fact]
    public void NestedObject_OneMemberChanges_SendsNoEmptyTextForOneThatCannotBeCleared()
    {
        var map = Maps.Of("""
          promotion_code:
            from: public.codes
            key: [id]
            fields:
              promotion.coupon: half
              promotion.type: coupon
              restrictions.first_time_transaction: { column: first }
              restrictions.minimum_amount: { column: least }
        """).Resources[0];
        var stripe = new TinyStripe();
        static Row Restricted(bool first) => Row.Of(("id", ColumnValue.Of(1)), ("first", ColumnValue.Of(first)), ("least", ColumnValue.Null));
        new PlanRun(map, stripe).Row(Restricted(true)).ToEnd().Row(Restricted(false)).ToEnd();
        Assert.EndsWith(" restrictions[first_time_transaction]=false", stripe.Requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public void PromotionCode_CustomerComesAndGoes_IsFollowed()
    {
        var map = Maps.Of("""
          customer:
            from: public.customers
            key: [id]
            fields: { name: { column: name } }
          promotion_code:
            from: public.codes
            key: [id]
            parent: { customer: customer_id }
            fields: { promotion.coupon: half, promotion.type: coupon }
        """).Resources[1];
        var run = new PlanRun(map, new TinyStripe()) { Parent = new ParentStatus.NotNeeded() }.Row(("id", ColumnValue.Of(1)), ("customer_id", ColumnValue.Null)).ToEnd();
        run.Row(("id", ColumnValue.Of(1)), ("customer_id", ColumnValue.Of(7))).Parent = new ParentStatus.Linked("cus_7");
        Assert.Equal([StepKind.Archive, StepKind.CreateSuccessor], run.After(() => { }));
        Assert.Equal("cus_7", run.Shown.Text("customer"));
        run.Row(("id", ColumnValue.Of(1)), ("customer_id", ColumnValue.Null)).Parent = new ParentStatus.NotNeeded();
        Assert.Equal([StepKind.Archive, StepKind.CreateSuccessor], run.After(() => { }));
        Assert.Null(run.Shown.Text("customer"));
    }

    [Fact]
    public void Plan_ProductBecomesNull_IsHeldAsStripeCannotClearIt()
    {
        var stripe = new TinyStripe();
        stripe.Product("prod_a");
        var run = new PlanRun(Plan, stripe).Row(PlanRow(500)).ToEnd();
        run.Parent = new ParentStatus.NotNeeded();
        Assert.Contains("product", Assert.IsType<Core.Planning.Plan.Hold>(run.Next()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Feature_AnotherRowHadTheLookupKeyAndTheKeyChanges_NoTransferIsAskedFor()
    {
        var run = new PlanRun(Feature, new TinyStripe()) { Claims = ClaimVerdict.Alone with { LookupKeyTransfer = true } }.Row(FeatureRow("a", true)).ToEnd();
        Assert.Equal([StepKind.CreateSuccessor, StepKind.ArchivePredecessor], run.After(() => run.Row(FeatureRow("b", true))));
    }

    [Fact]
    public void Feature_Active_FollowsTheRowByAnUpdate()
    {
        var run = new PlanRun(Feature, new TinyStripe()).Row(FeatureRow("a", true)).ToEnd();
        Assert.Equal([StepKind.Create], run.Kinds);
        Assert.Equal([StepKind.Update], run.After(() => run.Row(FeatureRow("a", false))));
        Assert.Equal((FieldValue.Of(false), BreadthKind.Archive), (run.Shown.At("active"), run.Steps[^1].Breadth));
        var other = new PlanRun(Feature, new TinyStripe()).Row(FeatureRow("a", false)).ToEnd();
        Assert.Equal([(StepKind.Create, BreadthKind.Create), (StepKind.Update, BreadthKind.None)], other.Steps.Select(s => (s.Kind, s.Breadth))); // nobody had it in use
    }

    private static readonly ResourceMap Feature = Maps.Of("""
          entitlements.feature:
            from: public.features
            key: [id]
            fields: { lookup_key: { column: k }, name: { column: k }, active: { column: active } }
        """).Resources[0];

    private static Row FeatureRow(string key, bool active) => Row.Of(("id", ColumnValue.Of(1)), ("k", ColumnValue.Of(key)), ("active", ColumnValue.Of(active)));

    private static ResourceMap CodeWith(params string[] fields) => Maps.Of("""
          promotion_code:
            from: public.codes
            key: [id]
            fields:
              promotion.coupon: half
              promotion.type: coupon
              code: { column: code }
              max_redemptions: { column: redemptions }
        """ + string.Concat(fields.Select(f => "\n      " + f))).Resources[0];

    private static (PlanRun Run, TinyStripe Stripe) CodeOf(ResourceMap map, int redemptions)
    {
        var stripe = new TinyStripe();
        return (new PlanRun(map, stripe).Row(CodeRow(redemptions)).ToEnd(), stripe);
    }

    private static Row CodeRow(int redemptions, string code = "HELLO") => Row.Of(
        ("id", ColumnValue.Of(1)), ("code", ColumnValue.Of(code)), ("redemptions", ColumnValue.Of(redemptions)), ("active", ColumnValue.Of(true)));

    private static Row PlanRow(int cents) => Row.Of(("id", ColumnValue.Of(1)), ("product_id", ColumnValue.Of(1)), ("cents", ColumnValue.Of(cents)));
}
