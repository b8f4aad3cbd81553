using System.Net;
using Stripe;

namespace CdcStripeSync.Simulator.Tests.StripeNet;

public sealed class TypedListTests
{
    [Fact]
    public async Task AutoPaging_OverManyPages_GivesEachOnceNewestFirst()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 57; i++) ids.Add((await stripe.ProductAsync($"p{i}")).Id);
        Assert.Equal(Enumerable.Reverse(ids), await IdsAsync(stripe, new ProductListOptions { Limit = 10 }));
        Assert.Equal(ids[..20], Enumerable.Reverse(await IdsAsync(stripe, new ProductListOptions { Limit = 7, StartingAfter = ids[20] })));
        Assert.Equal(ids[51..], await IdsAsync(stripe, new ProductListOptions { Limit = 4, EndingBefore = ids[50] }));
        Assert.Equal(6 + 3 + 2, stripe.Simulator.Requests.Count(r => r.Method == "GET"));
    }

    [Fact]
    public async Task Filters_ByTimeStateAndId_NarrowTheList()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        var early = await stripe.ProductAsync("early");
        stripe.Raw.Clock.Advance(TimeSpan.FromHours(1));
        var late = await stripe.ProductAsync("late");
        await stripe.V1.Products.UpdateAsync(late.Id, new ProductUpdateOptions { Active = false });
        Assert.Equal([late.Id], await IdsAsync(stripe, new ProductListOptions { Created = new DateRangeOptions { GreaterThan = early.Created } }));
        Assert.Equal([early.Id], await IdsAsync(stripe, new ProductListOptions { Active = true }));
        Assert.Equal([late.Id], await IdsAsync(stripe, new ProductListOptions { Ids = [late.Id, "prod_none"] }));
    }

    [Fact]
    public async Task Search_ByMetadata_PagesToTheEnd()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        for (var i = 0; i < 12; i++) await stripe.V1.Products.CreateAsync(new ProductCreateOptions { Name = "Tea", Metadata = new() { ["row"] = (i % 2).ToString(System.Globalization.CultureInfo.InvariantCulture) } });
        var found = new List<string>();
        await foreach (var product in stripe.V1.Products.SearchAutoPagingAsync(new ProductSearchOptions { Query = "metadata['row']:'1'", Limit = 4 })) found.Add(product.Metadata["row"]);
        Assert.Equal(Enumerable.Repeat("1", 6), found);
    }

    [Fact]
    public async Task Cursor_OfNothing_IsRefused()
    {
        await using var stripe = await StripeNetAccount.StartAsync();
        await StripeNetAccount.RefusedAsync(() => IdsAsync(stripe, new ProductListOptions { StartingAfter = "prod_none" }), HttpStatusCode.BadRequest, "resource_missing", "starting_after");
    }

    private static async Task<List<string>> IdsAsync(StripeNetAccount stripe, ProductListOptions options)
    {
        var ids = new List<string>();
        await foreach (var product in stripe.V1.Products.ListAutoPagingAsync(options)) ids.Add(product.Id);
        return ids;
    }
}
