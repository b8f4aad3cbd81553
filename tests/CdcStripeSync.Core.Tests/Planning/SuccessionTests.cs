using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Tests.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Planning;

public sealed class SuccessionTests
{
    [Fact]
    public void Succession_AmountChanged_CreatesMovesTheDefaultThenArchives()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(isDefault: true, lookupKey: "k"));
        var old = run.State.StripeId!;
        run.Row(Shop.PriceRow(amount: "12.00", isDefault: true, lookupKey: "k"));
        run.ToEnd(() =>
        {
            Assert.NotEmpty(stripe.ActivePrices);
            Assert.Equal(FieldValue.Of(true), stripe[stripe["prod_a"].Text("default_price")!].At("active"));
            Assert.Single(stripe.All, o => o.Text("lookup_key") == "k");
        });
        Assert.Equal([StepKind.Create, StepKind.SetDefault, StepKind.CreateSuccessor, StepKind.SetDefault, StepKind.ArchivePredecessor], run.Kinds);
        Assert.Equal(FieldValue.Of(false), stripe[old].At("active"));
        Assert.Equal("k", run.Shown.Text("lookup_key"));
        Assert.Equal(old, Assert.Single(run.State.Predecessors));
        Assert.Null(run.State.Succession);
        Assert.Equal(BreadthKind.PriceChange, run.Steps[2].Breadth);
        Assert.Contains("transfer_lookup_key=true", stripe.Requests[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Succession_DefaultThatSomebodyElseSet_FollowsAndStaysTheirs()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow());
        stripe.Edit("prod_a", "default_price", FieldValue.Of(run.State.StripeId!));
        Assert.Equal([StepKind.CreateSuccessor, StepKind.SetDefault, StepKind.ArchivePredecessor], run.After(() => run.Row(Shop.PriceRow(amount: "12.00"))));
        Assert.Equal(run.State.StripeId, stripe["prod_a"].Text("default_price"));
        Assert.False(run.State.Base.ContainsKey(Planner.DefaultMark));
    }

    [Fact]
    public void Succession_DefaultGivenUpInTheSameChange_UnsetsOnlyOurs()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(isDefault: true));
        Assert.Equal(
            [StepKind.CreateSuccessor, StepKind.SetDefault, StepKind.ArchivePredecessor, StepKind.UnsetDefault], run.After(() => run.Row(Shop.PriceRow(amount: "12.00"))));
        Assert.Null(stripe["prod_a"].Text("default_price"));
    }

    [Fact]
    public void Succession_ThereAndBackAgain_IsANewObjectEachTime()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow());
        run.Row(Shop.PriceRow(amount: "12.00")).ToEnd();
        run.Row(Shop.PriceRow()).ToEnd();
        Assert.Equal(3, stripe.All.Count(o => o.Text("object") == "price"));
        Assert.Equal(FieldValue.Of(1000), stripe.ActivePrices.Single().At("unit_amount_decimal"));
    }

    [Fact]
    public void Succession_RowChangesAgainMeanwhile_FinishesBeforeTheNext()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(isDefault: true));
        run.Row(Shop.PriceRow(amount: "12.00", isDefault: true));
        Assert.True(run.Step());
        run.Row(Shop.PriceRow(isDefault: true)).ToEnd();
        Assert.Equal(
            [StepKind.CreateSuccessor, StepKind.SetDefault, StepKind.ArchivePredecessor, StepKind.CreateSuccessor, StepKind.SetDefault, StepKind.ArchivePredecessor], run.Kinds.Skip(2));
        Assert.Equal(run.State.StripeId, Assert.Single(stripe.ActivePrices).Text("id"));
    }

    [Fact]
    public void Succession_DefaultWentToAnotherRowMeanwhile_IsNotTakenBack()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(isDefault: true));
        run.Row(Shop.PriceRow(amount: "12.00", isDefault: true));
        Assert.True(run.Step());
        stripe.Edit("prod_a", "default_price", FieldValue.Of("price_other"));
        run.State = StateAfter.DefaultLost(run.State);
        run.Claims = ClaimVerdict.Alone with { DefaultWon = false, OtherDefaultClaimant = true };
        run.Row(Shop.PriceRow(amount: "12.00")).ToEnd();
        Assert.Equal("price_other", stripe["prod_a"].Text("default_price"));
        Assert.Single(stripe.ActivePrices);
    }

    [Fact]
    public void Succession_ByAPriceOffSaleAndTheDefaultWentToAnotherRowMeanwhile_IsNotUnset()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(isDefault: true));
        run.Row(Shop.PriceRow(amount: "12.00", active: false));
        Assert.True(run.Step());
        stripe.Edit("prod_a", "default_price", FieldValue.Of("price_other"));
        Assert.Equal([StepKind.ArchivePredecessor], run.After(() => { }));
        Assert.Equal("price_other", stripe["prod_a"].Text("default_price"));
        Assert.False(run.State.Base.ContainsKey(Planner.DefaultMark));
        Assert.Empty(stripe.ActivePrices);
    }

    [Fact]
    public void Succession_ByAPriceOffSale_UnsetsTheDefaultThatTheOldOneStillIs()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(isDefault: true));
        Assert.Equal([StepKind.CreateSuccessor, StepKind.UnsetDefault, StepKind.ArchivePredecessor], run.After(() => run.Row(Shop.PriceRow(amount: "12.00", active: false))));
        Assert.Null(stripe["prod_a"].Text("default_price"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Succession_ByAPriceOffSale_RowIsSoldAgainMeanwhile_SuccessorIsOnSaleBeforeTheOldOneGoes(int steps)
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(isDefault: true));
        run.Row(Shop.PriceRow(amount: "12.00", active: false));
        for (var i = 0; i < steps; i++) Assert.True(run.Step());
        run.Row(Shop.PriceRow(amount: "12.00", isDefault: true)).ToEnd(() => Assert.NotEmpty(stripe.ActivePrices));
        Assert.Equal(run.State.StripeId, Assert.Single(stripe.ActivePrices).Text("id"));
        Assert.Equal(run.State.StripeId, stripe["prod_a"].Text("default_price"));
    }

    [Fact]
    public void Succession_RowBecomesImpossibleMeanwhile_IsFinishedAllTheSame()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow());
        run.Row(Shop.PriceRow(amount: "12.00"));
        Assert.True(run.Step());
        run.Row(Shop.PriceRow(amount: "-1"));
        Assert.True(run.Step());
        Assert.IsType<Plan.Hold>(run.Next());
        Assert.Equal(FieldValue.Of(1200), Assert.Single(stripe.ActivePrices).At("unit_amount_decimal"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Succession_RowSaysNotSoldMeanwhile_ThatWins(int steps)
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(isDefault: true));
        run.Row(Shop.PriceRow(amount: "12.00", isDefault: true));
        for (var i = 0; i < steps; i++) Assert.True(run.Step());
        run.Row(Shop.PriceRow(amount: "12.00", active: false)).ToEnd();
        Assert.Empty(stripe.ActivePrices);
        Assert.Null(stripe["prod_a"].Text("default_price"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Succession_RowGoesMeanwhile_BothAreArchived(int steps)
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(isDefault: true));
        run.Row(Shop.PriceRow(amount: "12.00", isDefault: true));
        for (var i = 0; i < steps; i++) Assert.True(run.Step());
        run.Gone().ToEnd();
        Assert.Empty(stripe.ActivePrices);
        Assert.Equal(EntityPhase.Archived, run.State.Phase);
    }

    [Fact]
    public void Succession_NullToValueOfAnImmutableField_IsOneToo()
    {
        var (run, _) = Shop.PriceOf(Shop.PriceRow());
        Assert.Equal([StepKind.CreateSuccessor, StepKind.ArchivePredecessor], run.After(() => run.Row(Shop.PriceRow(interval: "month"))));
        Assert.Equal([StepKind.CreateSuccessor, StepKind.ArchivePredecessor], run.After(() => run.Row(Shop.PriceRow())));
        Assert.True(run.Shown.At("recurring").IsNone);
    }

    [Fact]
    public void Succession_FieldsThatTheSourceDoesNotOwn_AreCopiedAsObserved()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(interval: "month"));
        var old = run.State.StripeId!;
        stripe.Edit(old, "nickname", FieldValue.Of("gold"));
        stripe.Edit(old, "metadata.others", FieldValue.Of("kept"));
        stripe.Edit(old, "tax_behavior", FieldValue.Of("exclusive"));
        stripe.Edit(old, "recurring.usage_type", FieldValue.Of("metered"));
        stripe.Edit(old, "recurring.trial_period_days", FieldValue.Nothing);
        stripe.Edit(old, "currency_options.usd", Parameters.Empty.With("unit_amount", FieldValue.Of(1000)));
        stripe.Edit(old, "currency_options.eur", Parameters.Empty.With("unit_amount", FieldValue.Of(900)).With("unit_amount_decimal", FieldValue.Of("900")).With("custom_unit_amount", FieldValue.Nothing));
        stripe.Edit(old, "transform_quantity", Parameters.Empty.With("divide_by", FieldValue.Of(5)).With("round", FieldValue.Of("up")));
        stripe.Edit(old, "livemode", FieldValue.Of(false));
        run.Row(Shop.PriceRow(amount: "12.00", interval: "month")).ToEnd();
        Assert.Contains(
            "POST /v1/prices active=true&currency=usd&currency_options[eur][unit_amount]=900&metadata[cdc_intent]=", stripe.Requests[1], StringComparison.Ordinal);
        Assert.EndsWith(
            "&metadata[cdc_key]=public.prices%2F1&metadata[others]=kept&nickname=gold&product=prod_a&recurring[interval]=month&recurring[interval_count]=1&recurring[usage_type]=metered"
            + "&tax_behavior=exclusive&transform_quantity[divide_by]=5&transform_quantity[round]=up&unit_amount_decimal=1200",
            stripe.Requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Succession_TiersThatStripeOwns_AreCopiedWithAnUnboundedLastTier()
    {
        var map = Maps.Of(Maps.Product, """
          price:
            from: public.prices
            key: [id]
            parent: { product: product_id }
            fields:
              currency: usd
              nickname: { column: nickname }
              recurring.interval: { column: interval }
              billing_scheme: { constant: tiered, owner: source_on_create }
              tiers: { column: tiers, owner: source_on_create }
        """).Resources[1];
        var tiers = Row.Of(("tiers", ColumnValue.Json("""[{"up_to":"inf","unit_amount":1}]""")));
        var (run, stripe) = Shop.PriceOf(tiers.FoldOnto(Shop.PriceRow()), map);
        static FieldValue Tier(FieldValue upTo, long amount) => Parameters.Empty
            .With("up_to", upTo).With("unit_amount", FieldValue.Of(amount)).With("unit_amount_decimal", Maps.Number(amount.ToString(System.Globalization.CultureInfo.InvariantCulture))).With("flat_amount", FieldValue.Nothing);
        stripe.Edit(run.State.StripeId!, "tiers", new FieldValue.List([Tier(FieldValue.Of(10), 5), Tier(FieldValue.Nothing, 4)]));
        stripe.Edit(run.State.StripeId!, "tiers_mode", FieldValue.Of("volume"));
        run.Row(tiers.FoldOnto(Shop.PriceRow(interval: "month"))).ToEnd();
        Assert.Contains("billing_scheme=tiered", stripe.Requests[1], StringComparison.Ordinal);
        Assert.EndsWith("&tiers[0][unit_amount]=5&tiers[0][up_to]=10&tiers[1][unit_amount]=4&tiers[1][up_to]=inf&tiers_mode=volume", stripe.Requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Succession_SharedFieldEditedInStripe_IsCarriedOver()
    {
        var map = Shop.PriceWith("nickname: { column: nickname, owner: shared, on_conflict: ask }");
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(nickname: "mine"), map);
        stripe.Edit(run.State.StripeId!, "nickname", FieldValue.Of("theirs"));
        run.Row(Shop.PriceRow(amount: "12.00", nickname: "mine")).ToEnd();
        Assert.Equal(FieldValue.Of("theirs"), run.Shown.At("nickname"));
    }

    [Fact]
    public void Succession_FieldLeftOnNull_IsCarriedOver()
    {
        var map = Shop.PriceWith("nickname: { column: nickname, on_null: leave }");
        var (run, _) = Shop.PriceOf(Shop.PriceRow(nickname: "gold"), map);
        run.Row(Shop.PriceRow(amount: "12.00")).ToEnd();
        Assert.Equal(FieldValue.Of("gold"), run.Shown.At("nickname"));
    }

    [Fact]
    public void Succession_NicknameBecomesNullWithTheAmount_DoesNotHoldTheNewAmount()
    {
        var map = Shop.PriceWith("nickname: { column: nickname }");
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(nickname: "gold"), map);
        Assert.IsType<Plan.Hold>(run.Row(Shop.PriceRow()).Next());
        Assert.Equal([StepKind.CreateSuccessor, StepKind.ArchivePredecessor], run.After(() => run.Row(Shop.PriceRow(amount: "12.00"))));
        Assert.True(run.Shown.At("nickname").IsNone);
        Assert.Equal(FieldValue.Of(1200), Assert.Single(stripe.ActivePrices).At("unit_amount_decimal"));
    }

    [Fact]
    public void Succession_PredecessorIsOutOfUseAlready_IsNotArchivedAgain()
    {
        var (run, _) = Shop.PriceOf(Shop.PriceRow());
        run.Gone().ToEnd();
        Assert.Equal([StepKind.CreateSuccessor], run.After(() => run.Row(Shop.PriceRow(amount: "12.00"))));
        Assert.Null(run.State.Succession);
    }

    [Fact]
    public void Succession_LookupKeyLostToAnotherRow_IsNotTakenBack()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(lookupKey: "k"));
        stripe.Edit(run.State.StripeId!, "lookup_key", FieldValue.Nothing);
        run.State = StateAfter.Lost(run.State, "lookup_key", "k", run.State.Base["lookup_key"].RequestId);
        run.Claims = ClaimVerdict.Alone with { LookupKeyWon = false };
        run.Row(Shop.PriceRow(amount: "12.00", lookupKey: "k")).ToEnd();
        Assert.DoesNotContain("lookup_key", stripe.Requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Succession_ObjectShowsTheValueAlready_ReplacesNothing()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(interval: "month"));
        run.State = run.State with { Base = run.State.Base.Remove("recurring.interval").Remove("currency") };
        run.ToEnd();
        Assert.Single(stripe.Requests);
    }

    [Fact]
    public void Succession_PriceMovesToAnotherProduct_LeavesTheOldOneWithoutItAsDefault()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(isDefault: true));
        var old = run.State.StripeId!;
        run.Parent = new ParentStatus.Linked("prod_b");
        Assert.Equal([StepKind.UnsetDefault, StepKind.CreateSuccessor, StepKind.ArchivePredecessor, StepKind.SetDefault], run.After(() => { }));
        Assert.Equal([BreadthKind.PriceChange, BreadthKind.PriceChange, BreadthKind.None, BreadthKind.None], run.Steps.Skip(2).Select(s => s.Breadth));
        Assert.Equal((null, run.State.StripeId), (stripe["prod_a"].Text("default_price"), stripe["prod_b"].Text("default_price")));
        Assert.Equal(FieldValue.Of(false), stripe[old].At("active"));
        Assert.Equal("prod_b", run.State.ParentStripeId);
    }

    [Fact]
    public void Succession_ParentRenamedButSameObject_MovesNothing()
    {
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow());
        run.Parent = new ParentStatus.Linked("prod_a");
        run.Row(Shop.PriceRow().FoldOnto(Row.Empty)).ToEnd();
        Assert.Single(stripe.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("active: { column: active, owner: stripe }")]
    public void Succession_PriceThatSomebodyTookOffSale_StaysOffSale(string active)
    {
        var map = Shop.PriceWhoseActiveIs(active);
        var (run, stripe) = Shop.PriceOf(Shop.PriceRow(isDefault: true), map);
        stripe.Edit("prod_a", "default_price", FieldValue.Nothing);
        stripe.Edit(run.State.StripeId!, "active", FieldValue.Of(false));
        Assert.Equal([StepKind.CreateSuccessor], run.After(() => run.Row(Shop.PriceRow(amount: "12.00", isDefault: true))));
        Assert.Empty(stripe.ActivePrices);
        Assert.Equal([StepKind.CreateSuccessor], run.After(() => run.Row(Shop.PriceRow(amount: "14.00", isDefault: true))));
        Assert.Empty(stripe.ActivePrices);
    }

    [Fact]
    public void Succession_ResourceThatCannotBeArchived_IsHeldUntilItIsDeletedInStripe()
    {
        var map = Maps.Of("""
          coupon:
            from: public.coupons
            key: [id]
            fields:
              percent_off: { column: percent }
              duration: { constant: once }
        """).Resources[0];
        var stripe = new TinyStripe();
        var run = new PlanRun(map, stripe).Row(("id", ColumnValue.Of(1)), ("percent", ColumnValue.Of(10))).ToEnd();
        var hold = Assert.IsType<Plan.Hold>(run.Row(("id", ColumnValue.Of(1)), ("percent", ColumnValue.Of(20))).Next());
        Assert.Contains("percent_off", hold.Message, StringComparison.Ordinal);
        stripe.Remove(run.State.StripeId!);
        Assert.Equal([StepKind.Create], run.After(() => { }));
        Assert.Equal((2, FieldValue.Of(20)), (run.State.Generation, run.Shown.At("percent_off")));
    }
}
