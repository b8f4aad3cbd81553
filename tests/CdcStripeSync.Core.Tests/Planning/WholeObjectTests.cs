using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.Tests.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Tests.Planning;

/// <summary>Nested objects: Stripe replaces some as a whole, and only some can be told that they are empty.</summary>
public sealed class WholeObjectTests
{
    private const string Line1 = "address.line1: { column: a }", Line2 = "address.line2: { column: b }";

    [Fact]
    public void Address_OneMemberBecomesNull_IsSentWithoutIt()
    {
        var (run, stripe) = Of(RowOf("1 High St", "Flat 2"), Line1, Line2, "address.city: { column: c }", "address.state: { column: c }", "address.country: { column: c }", "address.postal_code: { column: c }");
        Assert.Equal("address[line1]=1%20High%20St", Sent(run, stripe, RowOf("1 High St", null)));
        Assert.Equal(0, run.Reads);
    }

    [Fact]
    public void Address_MembersThatTheSourceDoesNotOwn_AreSentAsStripeShowsThem()
    {
        var (run, stripe) = Of(RowOf("1 High St", "Flat 2"), Line1, Line2, "address.city: { column: c, owner: source_on_create }", "address.country: { column: c, on_null: leave }");
        stripe.Edit(run.State.StripeId!, "address.city", FieldValue.Of("Bath"));
        stripe.Edit(run.State.StripeId!, "address.country", FieldValue.Of("GB"));
        stripe.Edit(run.State.StripeId!, "address.state", FieldValue.Of("Somerset"));
        Assert.Equal("address[city]=Bath&address[country]=GB&address[line1]=2%20High%20St&address[line2]=Flat%202&address[state]=Somerset", Sent(run, stripe, RowOf("2 High St", "Flat 2")));
    }

    [Fact]
    public void Address_AllThatIsMappedBecomesNull_TakesNothingElseWithIt()
    {
        var (run, stripe) = Of(RowOf("1 High St", "Flat 2"), Line1, Line2);
        stripe.Edit(run.State.StripeId!, "address.country", FieldValue.Of("GB"));
        Assert.Equal("address[country]=GB", Sent(run, stripe, RowOf(null, null)));
    }

    [Fact]
    public void Address_NothingIsLeft_IsCleared()
    {
        var (run, stripe) = Of(RowOf("1 High St", null), Line1, Line2);
        Assert.Equal("address=", Sent(run, stripe, RowOf(null, null)));
    }

    [Theory]
    [InlineData("tax.ip_address: { column: a }", "192.0.2.1", "tax[ip_address]=")]
    [InlineData("invoice_settings.custom_fields: { column: a }", """[{"name":"PO","value":"7"}]""", "invoice_settings[custom_fields]=")]
    [InlineData("invoice_settings.rendering_options.template: { column: a }", "tmpl_1", "invoice_settings[rendering_options]=")]
    public void MemberOfAnObjectThatCannotBeCleared_BecomesNull_IsClearedWhereItCanBe(string field, string value, string sent)
    {
        var (run, stripe) = Of(RowOf(value, null), field);
        Assert.Equal(sent, Sent(run, stripe, RowOf(null, null)));
    }

    [Fact]
    public void RenderingOptions_OneMemberBecomesNull_OtherStays()
    {
        var (run, stripe) = Of(
            RowOf("tmpl_1", "exclude_tax"), "invoice_settings.rendering_options.template: { column: a }", "invoice_settings.rendering_options.amount_tax_display: { column: b }", "invoice_settings.footer: { column: c, on_null: leave }");
        Assert.Equal("invoice_settings[rendering_options][amount_tax_display]=exclude_tax", Sent(run, stripe, RowOf(null, "exclude_tax")));
        Assert.Equal("invoice_settings[rendering_options]=", Sent(run, stripe, RowOf(null, null)));
    }

    [Theory]
    [InlineData("shipping.name: { column: b, owner: source_on_create }")]
    [InlineData("shipping.name: { column: b, owner: shared, on_conflict: source_wins }")]
    public void Shipping_NameIsNotTheSourcesAlone_IsSentWithTheAddress(string name)
    {
        var (run, stripe) = Of(RowOf("1 High St", "Ada"), "shipping.address.line1: { column: a }", name);
        stripe.Edit(run.State.StripeId!, "shipping.name", FieldValue.Of("Ada L."));
        Assert.Equal("shipping[address][line1]=2%20High%20St&shipping[name]=Ada%20L.", Sent(run, stripe, RowOf("2 High St", "Ada")));
    }

    [Theory]
    [InlineData("on_null: leave")]
    [InlineData("owner: source_on_create")]
    public void Shipping_NameBecomesNullAndIsLeftToStripe_AddressFollowsTheRow(string rule)
    {
        var (run, stripe) = Of(RowOf("1 High St", "Ada"), "shipping.address.line1: { column: a }", $"shipping.name: {{ column: b, {rule} }}");
        Assert.Empty(run.After(() => run.Row(RowOf("1 High St", null))));
        Assert.Equal("shipping[address][line1]=2%20High%20St&shipping[name]=Ada", Sent(run, stripe, RowOf("2 High St", null)));
    }

    [Fact]
    public void Shipping_MadeWithoutAName_WaitsForOne()
    {
        var (run, stripe) = Of(RowOf("1 High St", null), "shipping.address.line1: { column: a }", "shipping.name: { column: b, on_null: leave }");
        Assert.DoesNotContain("shipping", Assert.Single(stripe.Requests), StringComparison.Ordinal);
        Assert.Empty(run.After(() => run.Row(RowOf("2 High St", null))));
        Assert.Equal("shipping[address][line1]=2%20High%20St&shipping[name]=Ada", Sent(run, stripe, RowOf("2 High St", "Ada")));
    }

    [Fact]
    public void Shipping_NameBecomesNull_IsClearedWhole()
    {
        var (run, stripe) = Of(RowOf("1 High St", "Ada"), "shipping.address.line1: { column: a }", "shipping.name: { column: b }");
        stripe.Edit(run.State.StripeId!, "shipping.phone", FieldValue.Of("+44"));
        Assert.Equal("shipping=", Sent(run, stripe, RowOf("1 High St", null)));
    }

    private static (PlanRun Run, TinyStripe Stripe) Of(Row row, params string[] fields)
    {
        var stripe = new TinyStripe();
        return (new PlanRun(Maps.Customer(fields), stripe).Row(row).ToEnd(), stripe);
    }

    /// <summary>What the row's change sends, in one request; then nothing more is to do.</summary>
    private static string Sent(PlanRun run, TinyStripe stripe, Row row)
    {
        Assert.Equal([StepKind.Update], run.After(() => run.Row(row)));
        return stripe.Requests[^1].Split(' ')[2];
    }

    private static Row RowOf(string? a, string? b) => Row.Of(("id", ColumnValue.Of(1)), ("a", Text(a)), ("b", Text(b)), ("c", ColumnValue.Null));

    private static ColumnValue Text(string? text) => text is null ? ColumnValue.Null : ColumnValue.Of(text);
}
