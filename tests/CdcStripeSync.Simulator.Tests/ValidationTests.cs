using CdcStripeSync.Simulator.Tests.Http;

namespace CdcStripeSync.Simulator.Tests;

public sealed class ValidationTests
{
    [Theory]
    [InlineData("/v1/products", "foo=1&name=x", "parameter_unknown", "Received unknown parameter: foo", "foo")]
    [InlineData("/v1/products", "name=", "parameter_invalid_empty", null, "name")]
    [InlineData("/v1/products", "name=x&description=", "parameter_invalid_empty", null, "description")]
    [InlineData("/v1/products", "active=true", "parameter_missing", "Missing required param: name.", "name")]
    [InlineData("/v1/prices", "unit_amount=1", "parameter_missing", "Missing required param: currency.", "currency")]
    [InlineData("/v1/prices", "currency=usd&unit_amount=1.5&product=p", "parameter_invalid_integer", "Invalid integer: 1.5", "unit_amount")]
    [InlineData("/v1/prices", "currency=usd&unit_amount=1&product=p&recurring[interval]=hour", null, "Invalid recurring[interval]: must be one of day, month, week, or year", "recurring[interval]")]
    [InlineData("/v1/prices", "currency=usd&unit_amount=1&product=p&recurring[usage_type]=licensed", "parameter_missing", "Missing required param: recurring[interval].", "recurring[interval]")]
    [InlineData("/v1/products", "name=x&unit_label=1234567890123", null, "Invalid string: 1234...0123; must be at most 12 characters", "unit_label")]
    [InlineData("/v1/products", "name=x&active=yes", null, "Invalid boolean: yes", "active")]
    [InlineData("/v1/customers", "id=cus_1", "parameter_unknown", "Received unknown parameter: id", "id")]
    [InlineData("/v1/prices", "id=price_1&currency=usd", "parameter_unknown", "Received unknown parameter: id", "id")]
    [InlineData("/v1/products", "name=x&default_price=price_1", "parameter_unknown", null, "default_price")]
    [InlineData("/v1/products", "name=x&images=one", null, "Invalid array", "images")]
    [InlineData("/v1/products", "name=x&metadata=text", null, "Invalid object", "metadata")]
    public async Task Create_WithAMistake_IsRefusedInStripesWords(string path, string body, string? code, string? message, string param)
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var form = body.Split('&').Select(p => p.Split('=')).Select(p => (p[0], p[1])).ToArray();
        (await stripe.PostAsync(path, form)).Refused(400, message, code, param, "invalid_request_error");
        Assert.Empty(stripe.Simulator.Objects()["products"]);
    }

    [Theory]
    [InlineData("billing_scheme", "per_unit")]
    [InlineData("currency", "eur")]
    [InlineData("custom_unit_amount[enabled]", "true")]
    [InlineData("product", "prod_1")]
    [InlineData("product_data[name]", "x")]
    [InlineData("recurring[interval]", "day")]
    [InlineData("tiers[0][up_to]", "inf")]
    [InlineData("tiers_mode", "volume")]
    [InlineData("transform_quantity[divide_by]", "2")]
    [InlineData("unit_amount", "1")]
    [InlineData("unit_amount_decimal", "1")]
    public async Task Price_ImmutableFieldOnUpdate_IsAnUnknownParameter(string name, string value)
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var price = await stripe.PriceAsync(await stripe.ProductAsync());
        (await stripe.PostAsync($"/v1/prices/{price}", (name, value))).Refused(400, $"Received unknown parameter: {name.Split('[')[0]}", "parameter_unknown");
    }

    [Theory]
    [InlineData("DELETE", "/v1/prices/price_1")]
    [InlineData("GET", "/v1/nothing")]
    [InlineData("DELETE", "/v1/tax_rates/txr_1")]
    public async Task Address_ThatStripeLacks_IsUnrecognised(string method, string path)
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var answer = method == "GET" ? await stripe.GetAsync(path) : await stripe.DeleteAsync(path);
        answer.Refused(404, type: "invalid_request_error");
        Assert.StartsWith($"Unrecognized request URL ({method}: {path}).", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sk_test_1", false, 200)]
    [InlineData("rk_test_1", false, 200)]
    [InlineData("sk_live_1", false, 401)]
    [InlineData("nonsense", false, 401)]
    [InlineData("sk_live_1", true, 200)]
    [InlineData("sk_test_1", true, 401)]
    public async Task Key_OfTheOtherMode_IsRefused(string key, bool live, int status)
    {
        await using var stripe = await RunningSimulator.StartAsync(new SimulatorOptions { LiveMode = live });
        stripe.Client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var answer = await stripe.GetAsync("/v1/account");
        Assert.Equal(status, answer.Status);
        Assert.StartsWith("req_", answer.Headers["Request-Id"], StringComparison.Ordinal);
        if (status == 401) Assert.Equal("invalid_request_error", answer.Type);
    }

    [Fact]
    public async Task Metadata_OnUpdate_MergesAndUnsets()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var id = await stripe.CreateAsync("/v1/products", ("name", "x"), ("metadata[a]", "1"), ("metadata[b]", "2"));
        var merged = (await stripe.PostAsync($"/v1/products/{id}", ("metadata[a]", ""), ("metadata[c]", "3"))).Ok()["metadata"]!;
        Assert.Equal("""{"b":"2","c":"3"}""", merged.ToJsonString());
        Assert.Equal("{}", (await stripe.PostAsync($"/v1/products/{id}", ("metadata", ""))).Ok()["metadata"]!.ToJsonString());
    }

    [Fact]
    public async Task Metadata_BeyondItsLimits_IsRefused()
    {
        await using var stripe = await RunningSimulator.StartAsync();
        var fifty = Enumerable.Range(0, 50).Select(i => ($"metadata[k{i}]", "v")).ToArray();
        var id = await stripe.CreateAsync("/v1/products", [("name", "x"), .. fifty]);
        (await stripe.PostAsync($"/v1/products/{id}", ("metadata[k50]", "v"))).Refused(400, param: "metadata");
        (await stripe.PostAsync($"/v1/products/{id}", ("metadata[k49]", ""), ("metadata[k50]", "v"))).Ok();
        (await stripe.PostAsync("/v1/products", ("name", "x"), ($"metadata[{new string('k', 41)}]", "v"))).Refused(400);
        (await stripe.PostAsync("/v1/products", ("name", "x"), ("metadata[k]", new string('v', 501)))).Refused(400);
        (await stripe.PostAsync("/v1/products", ("name", "x"), ($"metadata[{new string('k', 40)}]", new string('v', 500)))).Ok();
    }
}
