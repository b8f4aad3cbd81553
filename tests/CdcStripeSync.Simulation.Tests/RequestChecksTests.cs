using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.Checks;
using CdcStripeSync.Simulation.History;
using CdcStripeSync.Simulation.Stripe;

namespace CdcStripeSync.Simulation.Tests;

/// <summary>The checks of every request can fail.</summary>
public sealed class RequestChecksTests
{
    private const ulong Born = 0x10;
    private const ulong Changed = 0x20;
    private const ulong Gone = 0x30;
    private readonly Catalogue _catalogue = new(() => 0);
    private RequestChecks _checks = new(new InMemoryStateStore(), new SoldRows([Change(RowOp.Insert, Born), Change(RowOp.Update, Changed), Change(RowOp.Delete, Gone)], []));

    public RequestChecksTests() => Send("/v1/products", "id=p&name=Tea&metadata[cdc_key]=public.products/1&metadata[cdc_intent]=p", Born);

    [Fact]
    public void Archive_OfARowThatIsDeletedLaterInTheHistory_LeavesNothingToSell()
    {
        var price = Create("500", "a", Born);
        Assert.Equal("nothing to sell", Assert.Throws<InvariantBrokenException>(() => Send($"/v1/prices/{price}", "active=false", Changed)).Invariant);
    }

    [Fact]
    public void Archive_OfARowThatIsGone_Holds()
    {
        var price = Create("500", "a", Born);
        Send($"/v1/prices/{price}", "active=false", Gone);
    }

    [Fact]
    public void Restore_BesideAnActivePriceOfTheRow_MakesTwoCurrentObjects()
    {
        var old = Create("500", "a", Born);
        Send($"/v1/prices/{old}", "active=false", Gone);
        Create("700", "b", Gone);
        Assert.Equal("two current objects", Assert.Throws<InvariantBrokenException>(() => Send($"/v1/prices/{old}", "active=true", Gone)).Invariant);
    }

    [Fact]
    public void Create_OfASecondPriceWithoutASuccession_MakesTwoCurrentObjects()
    {
        Create("500", "a", Born);
        Assert.Equal("two current objects", Assert.Throws<InvariantBrokenException>(() => Create("700", "b", Changed)).Invariant);
    }

    [Fact]
    public void Successor_ThatDiffersInNothingFixed_IsNeedless()
    {
        Create("500", "a", Born);
        Assert.Equal("needless succession", Assert.Throws<InvariantBrokenException>(() => Create("500", "b", Changed)).Invariant);
    }

    [Fact]
    public void Write_WhenAllHasSettled_IsOneTooMany()
    {
        var price = Create("500", "a", Born);
        _checks.IsAtRest = true;
        Assert.Equal("written when all had settled", Assert.Throws<InvariantBrokenException>(() => Send($"/v1/prices/{price}", "nickname=Tea", Changed)).Invariant);
    }

    [Theory]
    [InlineData("")]
    [InlineData("price:public.prices/11 at none")]
    public void Write_ThatNamesNoPosition_HasNoCause(string cause)
    {
        var price = Create("500", "a", Born);
        Assert.Equal("no cause", Assert.Throws<InvariantBrokenException>(() => Send($"/v1/prices/{price}", "active=false", cause)).Invariant);
    }

    [Theory]
    [InlineData("nickname=Tea", true)]
    [InlineData("nickname=Tea&active=true", true)]
    [InlineData("nickname=Tea&active=false", false)]
    [InlineData("nickname=", false)]
    [InlineData("lookup_key=", true)]
    public void Update_WhereNothingFails_IsOfUse(string body, bool isNeedless)
    {
        _checks = new RequestChecks(new InMemoryStateStore(), new SoldRows([], [])) { NothingFails = true };
        var price = Create("500", "a", Born);
        Send($"/v1/prices/{price}", "nickname=Tea", Changed);
        var broken = Record.Exception(() => Send($"/v1/prices/{price}", body, Changed));
        Assert.Equal(isNeedless ? "needless update" : null, (broken as InvariantBrokenException)?.Invariant);
    }

    private static RowEvent Change(RowOp op, ulong lsn) =>
        new(1, op, "prices", 11, op == RowOp.Delete ? null : new Dictionary<string, string?> { ["active"] = "true" }, [], null, lsn, 0);

    private string Create(string cents, string intent, ulong position)
    {
        Send("/v1/prices", $"product=p&currency=usd&unit_amount_decimal={cents}&metadata[cdc_key]=public.prices/11&metadata[cdc_intent]={intent}", position);
        return _catalogue.Objects[^1].Id;
    }

    private void Send(string path, string body, ulong position) => Send(path, body, $"price:public.prices/11 at lsn:0/{position:X}");

    private void Send(string path, string body, string cause)
    {
        var request = new StripeRequest(StripeMethod.Post, path, path, body, null, cause, TimeSpan.FromSeconds(1));
        var form = StripeForm.Read(body);
        _checks.Before(request, form, _catalogue);
        _checks.After(request, form, _catalogue.Answer(request, form), _catalogue, isLate: false);
    }
}
