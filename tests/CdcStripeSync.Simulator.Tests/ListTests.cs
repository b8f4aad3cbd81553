using CdcStripeSync.Simulator.Tests.Http;

namespace CdcStripeSync.Simulator.Tests;

public sealed class ListTests
{
    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("ids[]=a&starting_after=a", "ids")]
    [InlineData("ids[]=a&ending_before=a", "ids")]
    [InlineData("starting_after=prod_none", "starting_after")]
    public async Task Products_AskedWrongly_AreRefused(string query, string param)
    {
        await using var stripe = await RunningSimulator.StartAsync();
        (await stripe.GetAsync($"/v1/products?{query}")).Refused(400, param: param);
    }

    [Fact]
    public async Task Prices_ByMoreThanTenLookupKeys_AreRefused()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        string Keys(int n) => string.Join('&', Enumerable.Range(0, n).Select(i => $"lookup_keys[]=k{i}"));
        (await stripe.GetAsync($"/v1/prices?{Keys(10)}")).Ok();
        (await stripe.GetAsync($"/v1/prices?{Keys(11)}")).Refused(400, param: "lookup_keys");
    }

    [Fact]
    public async Task Products_Filtered_AreThoseThatMatch()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var first = await stripe.ProductAsync();
        stripe.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await stripe.CreateAsync("/v1/products", ("name", "Cake"), ("active", "false"));
        var born = stripe.Clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal([first], (await stripe.GetAsync("/v1/products?active=true")).DataIds);
        Assert.Equal([second], (await stripe.GetAsync($"/v1/products?created[gte]={born}")).DataIds);
        Assert.Equal([first], (await stripe.GetAsync($"/v1/products?created[lt]={born}")).DataIds);
        Assert.Equal([second], (await stripe.GetAsync($"/v1/products?created={born}")).DataIds);
        Assert.Equal([second, first], (await stripe.GetAsync($"/v1/products?ids[]={first}&ids[]={second}&ids[]=x")).DataIds);
    }

    [Fact]
    public async Task Prices_Filtered_AreThoseThatMatch()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var product = await stripe.ProductAsync();
        var once = await stripe.PriceAsync(product);
        var monthly = await stripe.PriceAsync(product, ("recurring[interval]", "month"));
        var foreign = await stripe.CreateAsync("/v1/prices", ("currency", "eur"), ("unit_amount", "1"), ("product_data[name]", "x"));
        Assert.Equal([monthly, once], (await stripe.GetAsync($"/v1/prices?product={product}")).DataIds);
        Assert.Equal([foreign], (await stripe.GetAsync("/v1/prices?currency=eur")).DataIds);
        Assert.Equal([monthly], (await stripe.GetAsync("/v1/prices?type=recurring")).DataIds);
        Assert.Equal([monthly], (await stripe.GetAsync("/v1/prices?recurring[interval]=month")).DataIds);
        Assert.Equal([once], (await stripe.GetAsync($"/v1/prices?product={product}&starting_after={monthly}")).DataIds);
    }

    [Fact]
    public async Task Search_OfAFreshWrite_SeesItOnlyAfterTheLag()
    {
        await using var stripe = await RunningSimulator.StartAsync(new SimulatorOptions { SearchLag = TimeSpan.FromMinutes(1) });
        var id = await stripe.CreateAsync("/v1/products", ("name", "Green tea"), ("metadata[sku]", "t-1"));
        var query = "/v1/products/search?query=" + Uri.EscapeDataString("metadata[\"sku\"]:\"t-1\" AND -name~\"black\"");
        Assert.Empty((await stripe.GetAsync(query)).DataIds);
        stripe.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([id], (await stripe.GetAsync(query)).DataIds);
        (await stripe.PostAsync($"/v1/products/{id}", ("metadata[sku]", "t-2"))).Ok();
        Assert.Equal([id], (await stripe.GetAsync(query)).DataIds);
        stripe.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty((await stripe.GetAsync(query)).DataIds);
    }

    [Theory]
    [InlineData("name:\"tea\"", 1)]
    [InlineData("name~\"ea\" OR name~\"ake\"", 2)]
    [InlineData("active:\"true\"", 2)]
    [InlineData("created>1", 2)]
    [InlineData("created<1", 0)]
    [InlineData("metadata[\"sku\"]:null", 1)]
    [InlineData("-metadata['sku']:null", 1)]
    public async Task Search_ByItsGrammar_Finds(string query, int count)
    {
        await using var stripe = await RunningSimulator.StartAsync();
        await stripe.CreateAsync("/v1/products", ("name", "Tea"), ("metadata[sku]", "1"));
        await stripe.ProductAsync("Cake");
        Assert.Equal(count, (await stripe.GetAsync("/v1/products/search?query=" + Uri.EscapeDataString(query))).DataIds.Count);
    }

    [Fact]
    public async Task Events_OfAnUpdate_TellWhatWasAndWhoAsked()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var id = await stripe.CreateAsync("/v1/products", ("name", "Tea"), ("images[0]", "https://a"), ("metadata[a]", "1"));
        var update = await stripe.PostAsync($"/v1/products/{id}", "echo-1", ("name", "Chai"), ("images[0]", "https://b"), ("metadata[a]", "2"), ("metadata[b]", "3"));
        var events = (await stripe.GetAsync("/v1/events")).Ok()["data"]!.AsArray();
        Assert.Equal(["product.updated", "product.created"], events.Select(e => (string)e!["type"]!));
        var previous = events[0]!["data"]!["previous_attributes"]!;
        Assert.Equal("""{"images":["https://a"],"metadata":{"a":"1","b":null},"name":"Tea"}""", previous.ToJsonString());
        Assert.Equal("echo-1", (string?)events[0]!["request"]!["idempotency_key"]);
        Assert.Equal(update.Headers["Request-Id"], (string?)events[0]!["request"]!["id"]);
        Assert.Null(events[1]!["data"]!["previous_attributes"]);
        stripe.Clock.Advance(TimeSpan.FromDays(30));
        Assert.Empty((await stripe.GetAsync("/v1/events")).DataIds);
    }

    [Fact]
    public async Task Events_BeyondTheBound_AreForgottenOldestFirst_AndTheOthersPageOn()
    {
        await using var stripe = await RunningSimulator.StartAsync(new SimulatorOptions { KeptEvents = 10 });
        for (var i = 0; i < 12; i++) await stripe.ProductAsync();
        var kept = (await stripe.GetAsync("/v1/events?limit=100")).DataIds;
        Assert.Equal(10, kept.Count);
        Assert.Equal(kept.Skip(4), (await stripe.GetAsync($"/v1/events?limit=100&starting_after={kept[3]}")).DataIds);
        Assert.Equal(kept[9], (await stripe.GetAsync($"/v1/events/{kept[9]}")).Id);
    }
}
