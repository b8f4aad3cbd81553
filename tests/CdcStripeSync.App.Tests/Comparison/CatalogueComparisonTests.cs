using CdcStripeSync.App.Comparison;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulator;
using CdcStripeSync.Stripe;
using CdcStripeSync.Stripe.Reading;
using Npgsql;

namespace CdcStripeSync.App.Tests.Comparison;

/// <summary>Rows beside what a Stripe lists of them.</summary>
public sealed class CatalogueComparisonTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task FieldsThatStripeShowsOnRequestOnly_AreAskedFor()
    {
        var compared = await CompareAsync(
            """
            version: 1
            resources:
              coupon: { from: public.coupons, key: [id], fields: { amount_off: { column: cents }, currency: usd, currency_options.eur.amount_off: { column: cents }, applies_to.products: { column: products } } }
            """,
            [("/v1/products", "id=prod_a&name=Mug"), ("/v1/coupons", "amount_off=500&currency=usd&duration=once&currency_options[eur][amount_off]=500&applies_to[products][0]=prod_a&metadata[cdc_key]=public.coupons/1")],
            Row.Of(("id", ColumnValue.Of(1)), ("cents", ColumnValue.Of(500)), ("products", ColumnValue.Of([ColumnValue.Of("prod_a")]))));

        Assert.Empty(Assert.Single(compared).Differences);
    }

    [Theory]
    [InlineData("delete", "is still there although its row is gone")]
    [InlineData("keep", "")]
    public async Task ObjectWithoutActive_WhoseRowIsGone_IsADifferenceWhereItWasToBeDeleted(string onDelete, string difference)
    {
        var compared = await CompareAsync(
            $"version: 1\nresources:\n  customer: {{ from: public.customers, key: [id], on_delete: {onDelete}, fields: {{ name: {{ column: name }} }} }}",
            [("/v1/customers", "name=Ada&metadata[cdc_key]=public.customers/1")]);

        Assert.Contains(difference, Assert.Single(compared).Differences.FirstOrDefault(""), StringComparison.Ordinal);
        Assert.Equal(difference.Length > 0, compared[0].Differences.Count > 0);
    }

    [Fact]
    public async Task TableFeedsTwoMapsOfAResource_EachObjectIsItsOwnMaps()
    {
        var compared = await CompareAsync(
            """
            version: 1
            resources:
              product:
                - { from: public.products, key: [id], fields: { name: { column: name } } }
                - { from: public.products, key: [id], fields: { name: { column: code } } }
            """,
            [
                ("/v1/products", "name=Mug&metadata[cdc_key]=public.products/1"),
                ("/v1/products", "name=M1&metadata[cdc_key]=product%232:public.products/1"),
                ("/v1/products", "name=M2&metadata[cdc_key]=product%232:public.products/2"),
            ],
            Row.Of(("id", ColumnValue.Of(1)), ("name", ColumnValue.Of("Mug")), ("code", ColumnValue.Of("M1"))));

        Assert.Equal([("product", "public.products/1"), ("product#2", "product#2:public.products/1"), ("product#2", "product#2:public.products/2")], compared.Select(c => (c.Resource, c.Row)));
        Assert.Equal([0, 0, 1], compared.Select(c => c.Differences.Count));
        Assert.Contains("although its row is gone", compared[2].Differences[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ObjectsInsideOthers_AreListedUnderThem()
    {
        await using var simulator = await StripeSimulator.StartAsync(new SimulatorOptions(), None);
        using var gateway = Gateway(simulator);
        await CreateAsync(gateway, "/v1/products", "id=prod_a&name=Mug");
        var feature = await CreateAsync(gateway, "/v1/entitlements/features", "name=Sso&lookup_key=sso");
        await CreateAsync(gateway, "/v1/products/prod_a/features", $"entitlement_feature={feature}");
        var mapping = Mapping("""
            version: 1
            resources:
              product_feature: { from: public.features, key: [id], parent: { product: product_id }, fields: { entitlement_feature: { column: feature } } }
              product: { from: public.products, key: [id], fields: { name: { column: name } } }
            """);
        await using var database = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1");

        var objects = await new CatalogueReading(mapping, database, new StripeReader(gateway, TimeSpan.FromSeconds(20))).ObjectsAsync(None);

        Assert.Single(objects["product_feature"]);
        Assert.DoesNotContain(new CatalogueComparison(mapping, [new TableRow(TableId.Parse("public.features"), Row.Of(("id", ColumnValue.Of(1))))], objects).Compare(), c => c.Resource == "product_feature");
    }

    private static async Task<IReadOnlyList<ComparedObject>> CompareAsync(string yaml, (string Path, string Form)[] inStripe, params Row[] rows)
    {
        await using var simulator = await StripeSimulator.StartAsync(new SimulatorOptions(), None);
        using var gateway = Gateway(simulator);
        foreach (var (path, form) in inStripe) await CreateAsync(gateway, path, form);
        var mapping = Mapping(yaml);
        await using var database = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1");
        var objects = await new CatalogueReading(mapping, database, new StripeReader(gateway, TimeSpan.FromSeconds(20))).ObjectsAsync(None);
        return new CatalogueComparison(mapping, [.. rows.Select(r => new TableRow(mapping.Resources[0].From.Table!.Value, r))], objects).Compare();
    }

    private static StripeGateway Gateway(StripeSimulator simulator) => new(new StripeGatewayOptions(simulator.BaseAddress, "sk_test_reader"), TimeProvider.System);

    private static async Task<string> CreateAsync(StripeGateway gateway, string path, string form)
    {
        var outcome = await gateway.SendAsync(new StripeRequest(StripeMethod.Post, path, path, form, null, "test", TimeSpan.FromSeconds(20)), None);
        return ((FieldValue.Text)Assert.IsType<StripeOutcome.Success>(outcome).Body.Members["id"]).Value;
    }

    private static Mapping Mapping(string yaml)
    {
        var reading = MappingFile.Read(yaml, "mapping.yaml", StripeCatalogue.Load());
        return reading.Mapping ?? throw new InvalidOperationException(string.Join("; ", reading.Errors));
    }
}
