using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Values;
using FsCheck;
using FsCheck.Fluent;

namespace CdcStripeSync.Core.Tests.Planning;

/// <summary>Whatever a price's row does, these hold.</summary>
public sealed class PlanningProperties
{
    private static readonly ResourceMap Map = Shop.PriceWith("metadata.sku: { column: nickname }");

    /// <summary>One row image; null: the row is deleted.</summary>
    private static readonly Gen<Row?> Image =
        from amount in Gen.Elements("10.00", "12.00", "7.5")
        from active in Gen.Elements(true, true, true, false)
        from isDefault in Gen.Elements(true, false)
        from interval in Gen.Elements(null, "month", "year")
        from currency in Gen.Elements("usd", "usd", "eur")
        from sku in Gen.Elements(null, "a", "b")
        from gone in Gen.Choose(0, 5)
        select gone == 0 ? null : Shop.PriceRow(amount, active, isDefault, "k", interval, currency, sku);

    private static readonly Arbitrary<Row?[]> Histories = Image.NonEmptyListOf().Select(h => h.Take(6).ToArray()).ToArbitrary();

    [Fact]
    public void Plan_AtItsEnd_HasNothingMoreToDo() => Prop.ForAll(Histories, history =>
    {
        var (run, stripe) = Start();
        foreach (var image in history) See(run, image).ToEnd();
        var requests = stripe.Requests.Count;
        See(run, history[^1]).ToEnd();
        Assert.Equal(requests, stripe.Requests.Count);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void Plan_SoldBeforeAndAfter_IsSoldAllTheTime() => Prop.ForAll(Histories, history =>
    {
        var (run, stripe) = Start();
        var wasSold = false;
        foreach (var image in history)
        {
            var isSold = image is not null && image["active"].AsBoolean;
            See(run, image).ToEnd(() => Assert.True(!wasSold || !isSold || stripe.ActivePrices.Any()));
            wasSold = isSold;
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void Plan_FieldsThatTheSourceDoesNotOwn_SurviveEverySuccession() => Prop.ForAll(Histories, history =>
    {
        var (run, stripe) = Start();
        See(run, Shop.PriceRow()).ToEnd();
        stripe.Edit(run.State.StripeId!, "nickname", FieldValue.Of("theirs"));
        stripe.Edit(run.State.StripeId!, "metadata.theirs", FieldValue.Of("kept"));
        foreach (var image in history) See(run, image).ToEnd();
        Assert.Equal((FieldValue.Of("theirs"), FieldValue.Of("kept")), (run.Shown.At("nickname"), run.Shown.At("metadata.theirs")));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private static (PlanRun Run, TinyStripe Stripe) Start()
    {
        var stripe = new TinyStripe();
        stripe.Product("prod_a");
        return (new PlanRun(Map, stripe), stripe);
    }

    private static PlanRun See(PlanRun run, Row? image) => image is null ? run.Gone() : run.Row(image);
}
