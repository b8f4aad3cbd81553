using System.Text;
using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Tests.Http;

namespace CdcStripeSync.Simulator.Tests;

public sealed class ControlTests
{
    [Fact]
    public async Task Dump_LoadedElsewhere_AnswersTheSame()
    {
        await using var source = await RunningSimulator.StartAsync();
        var product = await source.ProductAsync();
        var price = await source.PriceAsync(product, ("lookup_key", "tea"), ("currency_options[eur][unit_amount]", "900"));
        await using var target = await RunningSimulator.StartAsync(new SimulatorOptions { Seed = 2 });
        await SendAsync(target, "/_sim/load", await target.Client.GetStringAsync(new Uri(source.Client.BaseAddress!, "/_sim/dump")));
        Assert.Equal([price], (await target.GetAsync("/v1/prices?lookup_keys[]=tea")).DataIds);
        var path = $"/v1/prices/{price}?expand[]=currency_options";
        Assert.Equal((await source.GetAsync(path)).Json.ToJsonString(), (await target.GetAsync(path)).Json.ToJsonString());
        Assert.Equal((await source.GetAsync("/v1/events")).Json.ToJsonString(), (await target.GetAsync("/v1/events")).Json.ToJsonString());
        (await target.PostAsync($"/v1/prices/{price}", ("lookup_key", "coffee"), ("currency_options[gbp][unit_amount]", "8"), ("active", "false"))).Ok();
    }

    [Fact]
    public async Task Faults_AddedOverHttp_Strike()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        Assert.Equal(200, await SendAsync(stripe, "/_sim/faults", """{"kind":"reject","method":"POST","path":"/v1/products","status":502,"times":2}"""));
        (await stripe.PostAsync("/v1/products", ("name", "x"))).Refused(502);
        (await stripe.PostAsync("/v1/products", ("name", "x"))).Refused(502);
        (await stripe.PostAsync("/v1/products", ("name", "x"))).Ok();
        Assert.Equal(400, await SendAsync(stripe, "/_sim/faults", """{"kind":"explode"}"""));
    }

    [Fact]
    public async Task Age_OverHttp_ForgetsKeys()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var first = (await stripe.PostAsync("/v1/products", "k", ("name", "x"))).Id;
        await SendAsync(stripe, "/_sim/age", """{"seconds":86400}""");
        Assert.NotEqual(first, (await stripe.PostAsync("/v1/products", "k", ("name", "x"))).Id);
    }

    [Fact]
    public async Task Requests_AreLoggedInOrderWithTheirCause()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        stripe.Client.DefaultRequestHeaders.Add("X-Cdc-Cause", "products/1");
        var answer = await stripe.PostAsync("/v1/products", "k1", ("name", "Tea & Käse"), ("metadata[a]", "b"));
        var entry = Assert.Single(stripe.Simulator.Requests);
        Assert.Equal(("POST", "/v1/products", "k1", 200, "products/1"), (entry.Method, entry.Path, entry.IdempotencyKey, entry.Status, entry.Cause));
        Assert.Equal([KeyValuePair.Create("name", "Tea & Käse"), KeyValuePair.Create("metadata[a]", "b")], entry.Parameters);
        Assert.Equal(answer.Headers["Request-Id"], entry.RequestId);
        var listed = JsonNode.Parse(await stripe.Client.GetStringAsync(new Uri("/_sim/requests", UriKind.Relative)))!.AsArray();
        Assert.Equal("k1", (string?)listed[0]!["idempotency_key"]);
    }

    [Fact]
    public async Task Requests_BeyondTheBound_OldestAreForgottenAndStillCounted()
    {
        await using var stripe = await RunningSimulator.StartAsync(new SimulatorOptions { LoggedRequests = 2 });
        foreach (var key in (string[])["k1", "k2", "k3"]) await stripe.PostAsync("/v1/products", key, ("name", key));
        await stripe.GetAsync("/v1/products/none");
        Assert.Equal(["k3", null], stripe.Simulator.Requests.Select(r => r.IdempotencyKey));
        Assert.Equal(4, stripe.Simulator.Received);
        var counts = JsonNode.Parse(await stripe.Client.GetStringAsync(new Uri("/_sim/counts", UriKind.Relative)))!;
        Assert.Equal("""{"received":4,"forgotten":2,"answers":{"GET 404":1,"POST 200":3}}""", counts.ToJsonString());
    }

    private static async Task<int> SendAsync(RunningSimulator stripe, string path, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await stripe.Client.PostAsync(new Uri(path, UriKind.Relative), body);
        return (int)response.StatusCode;
    }
}
