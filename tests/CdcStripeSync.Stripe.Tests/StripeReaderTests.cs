using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulator;
using CdcStripeSync.Stripe.Reading;
using CdcStripeSync.Stripe.Tests.Doubles;

namespace CdcStripeSync.Stripe.Tests;

public sealed class StripeReaderTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task List_Of250Products_GivesEachOnceInThreePages()
    {
        await using var simulator = await StripeSimulator.StartAsync(new SimulatorOptions(), None);
        using var gateway = new StripeGateway(new StripeGatewayOptions(simulator.BaseAddress, "sk_test_reader"), TimeProvider.System);
        for (var i = 0; i < 250; i++) await CreateAsync(gateway, "/v1/products", $"name=Product {i}&active={(i % 2 == 0 ? "true" : "false")}");
        var reader = new StripeReader(gateway, Deadline);

        var names = await NamesAsync(reader, "");
        var active = await NamesAsync(reader, "active=true");

        Assert.Equal(Enumerable.Range(0, 250).Select(i => $"Product {i}").Order(), names.Order());
        Assert.Equal(125, active.Count);
    }

    [Fact]
    public async Task Get_Expanded_ShowsTheProductWithinThePrice()
    {
        await using var simulator = await StripeSimulator.StartAsync(new SimulatorOptions(), None);
        using var gateway = new StripeGateway(new StripeGatewayOptions(simulator.BaseAddress, "sk_test_reader"), TimeProvider.System);
        var product = await CreateAsync(gateway, "/v1/products", "name=Lamp");
        var price = await CreateAsync(gateway, "/v1/prices", $"currency=usd&unit_amount=1200&product={product}");

        var read = await new StripeReader(gateway, Deadline).GetAsync($"/v1/prices/{price}", "expand[0]=product", None);

        Assert.Equal(FieldValue.Of("Lamp"), Assert.IsType<FieldValue.Object>(read.Members["product"]).Members["name"]);
    }

    [Fact]
    public async Task Get_OfAnUnknownObject_SaysWhatStripeSaid()
    {
        await using var simulator = await StripeSimulator.StartAsync(new SimulatorOptions(), None);
        using var gateway = new StripeGateway(new StripeGatewayOptions(simulator.BaseAddress, "sk_test_reader"), TimeProvider.System);
        var failed = await Assert.ThrowsAsync<StripeReadException>(() => new StripeReader(gateway, Deadline).GetAsync("/v1/prices/price_none", "", None));
        Assert.Equal((404, "resource_missing"), (Assert.IsType<StripeOutcome.Refused>(failed.Outcome).Error.Status, ((StripeOutcome.Refused)failed.Outcome).Error.Code));
        Assert.Contains("/v1/prices/price_none", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Account_OfTheKey_IsRead()
    {
        await using var simulator = await StripeSimulator.StartAsync(new SimulatorOptions { AccountId = "acct_7" }, None);
        using var gateway = new StripeGateway(new StripeGatewayOptions(simulator.BaseAddress, "sk_test_reader"), TimeProvider.System);
        Assert.Equal("acct_7", await new StripeReader(gateway, Deadline).AccountAsync(None));
    }

    [Fact]
    public async Task Account_WhereARestrictedKeyMayNot_IsUnknown()
    {
        await using var stripe = await StripeDouble.StartAsync(StripeDouble.Json(403, """{"error":{"type":"invalid_request_error","message":"rak_accounts_kyc_basic_read"}}"""));
        using var gateway = stripe.Gateway();
        Assert.Null(await new StripeReader(gateway, Deadline).AccountAsync(None));
    }

    [Fact]
    public async Task List_Cancelled_StopsBetweenPages()
    {
        await using var stripe = await StripeDouble.StartAsync(StripeDouble.Json(200, """{"data":[{"id":"a"},{"id":"b"}],"has_more":true}"""));
        using var gateway = stripe.Gateway();
        using var cancelled = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var item in new StripeReader(gateway, Deadline).ListAsync("/v1/products", "", cancelled.Token)) await cancelled.CancelAsync();
        });
        Assert.Single(stripe.Seen);
    }

    private static async Task<string> CreateAsync(StripeGateway gateway, string path, string form)
    {
        var outcome = await gateway.SendAsync(new StripeRequest(StripeMethod.Post, path, path, form, null, "test", Deadline), None);
        return ((FieldValue.Text)Assert.IsType<StripeOutcome.Success>(outcome).Body.Members["id"]).Value;
    }

    private static async Task<List<string>> NamesAsync(StripeReader reader, string filter)
    {
        var names = new List<string>();
        await foreach (var product in reader.ListAsync("/v1/products", filter, None)) names.Add(((FieldValue.Text)product.Members["name"]).Value);
        return names;
    }
}
