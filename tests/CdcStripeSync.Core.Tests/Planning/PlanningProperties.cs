using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using FsCheck;
using FsCheck.Fluent;

namespace CdcStripeSync.Core.Tests.Planning;

/// <summary>Whatever a price's row does, and wherever the process dies, Stripe ends as the last row says.</summary>
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
        from lookupKey in Gen.Elements("k", "k", "l")
        from gone in Gen.Choose(0, 5)
        select gone == 0 ? null : Shop.PriceRow(amount, active, isDefault, lookupKey, interval, currency, sku);

    /// <summary>A history, with how many steps pass before each next image; a negative number: the process dies after the last of them.</summary>
    private static readonly Arbitrary<(Row? Image, int Steps)[]> Histories =
        (from image in Image
         from steps in Gen.Choose(-3, 4)
         select (image, steps)).NonEmptyListOf().Select(h => h.Take(6).ToArray()).ToArbitrary();

    [Fact]
    public void Plan_AnyHistoryWithCrashesAnywhere_EndsAsTheLastRowSays() => Prop.ForAll(Histories, history =>
    {
        var (run, stripe) = Start();
        foreach (var (image, steps) in history)
        {
            See(run, image);
            for (var i = 1; i <= Math.Abs(steps); i++) run.Step(forget: steps < 0 && i == -steps);
            if (steps < 0) run.ToEnd(); // what was not settled is delivered again
        }

        run.ToEnd();
        EndsAs(run, stripe, history[^1].Image);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Fact]
    public void Plan_AtItsEnd_HasNothingMoreToDo() => Prop.ForAll(Histories, history =>
    {
        var (run, stripe) = Start();
        foreach (var (image, _) in history) See(run, image).ToEnd();
        var requests = stripe.Requests.Count;
        See(run, history[^1].Image).ToEnd();
        Assert.Equal(requests, stripe.Requests.Count);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void Plan_SoldBeforeAndAfter_IsSoldAllTheTime() => Prop.ForAll(Histories, history =>
    {
        var (run, stripe) = Start();
        var wasSold = false;
        foreach (var (image, _) in history)
        {
            var isSold = image is not null && image["active"].AsBoolean;
            See(run, image).ToEnd(() => Assert.True(!wasSold || !isSold || stripe.ActivePrices.Any()));
            Assert.Equal(isSold, stripe.ActivePrices.Any());
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
        foreach (var (image, _) in history) See(run, image).ToEnd();
        Assert.Equal((FieldValue.Of("theirs"), FieldValue.Of("kept")), (run.Shown.At("nickname"), run.Shown.At("metadata.theirs")));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private static (PlanRun Run, TinyStripe Stripe) Start()
    {
        var stripe = new TinyStripe();
        stripe.Product("prod_a");
        return (new PlanRun(Map, stripe), stripe);
    }

    private static PlanRun See(PlanRun run, Row? image) => image is null ? run.Gone() : run.Row(image);

    private static void EndsAs(PlanRun run, TinyStripe stripe, Row? image)
    {
        Assert.Null(run.State.Succession);
        if (image is null)
        {
            Assert.Empty(stripe.ActivePrices);
            Assert.Null(stripe["prod_a"].Text("default_price"));
            return;
        }

        Assert.NotNull(run.State.StripeId);
        Assert.Equal(EntityPhase.Linked, run.State.Phase);
        foreach (var (path, field) in DesiredState.Of(Map, image).Fields)
            Assert.True(Core.Catalogue.FieldNormaliser.AreEqual(Map.Type, path, field.Value, run.Shown.At(path)), $"{path} shows {run.Shown.At(path)}, the row says {field.Value}");
        var isSold = image["active"].AsBoolean;
        Assert.Equal(isSold ? [run.State.StripeId] : [], stripe.ActivePrices.Select(p => p.Text("id")));
        Assert.Equal(isSold && image["is_default"].AsBoolean ? run.State.StripeId : null, stripe["prod_a"].Text("default_price"));
    }
}
