using CdcStripeSync.Core.State;

namespace CdcStripeSync.EndToEnd.Tests.Recordings;

/// <summary>Each recording of the shop, through the real pipeline into a fresh Stripe: the catalogue is what the oracle's last rows say.</summary>
public sealed class RecordingReplayTests
{
    private static readonly Lazy<Task<Replayed>> Reference = new(() => Replayed.OfAsync("shop-default-identity", Replayed.ShopMapping));

    /// <summary>Recordings whose second snapshot lacks product 3 and its price: both went while the slot was lost.</summary>
    private static readonly string[] LostTheirSlot = ["shop-resnapshot", "shop-new-server"];

    [Theory]
    [InlineData("shop-default-identity")]
    [InlineData("shop-full-identity")]
    [InlineData("shop-unwrap-rewrite")]
    [InlineData("shop-unwrap-tombstone")]
    [InlineData("shop-json-schemas")]
    [InlineData("shop-decimal-string")]
    [InlineData("shop-decimal-double")]
    [InlineData("shop-one-topic")]
    [InlineData("shop-incremental-snapshot")]
    [InlineData("shop-backfill-by-topic")]
    [InlineData("shop-open-transaction")]
    [InlineData("shop-resnapshot")]
    [InlineData("shop-new-server")]
    [InlineData("shop-worker-killed")]
    public async Task Catalogue_AfterARecording_IsTheLastRows(string recording)
    {
        var replayed = await Replayed.OfAsync(recording, Replayed.ShopMapping);
        var history = RecordedHistory.Of(Replayed.Folder(recording));
        if (LostTheirSlot.Contains(recording)) history.Vanish("products", "3");
        if (LostTheirSlot.Contains(recording)) history.Vanish("prices", "00000000-0000-4000-8000-000000000301");
        Assert.Empty(replayed.Result.DeadLetters);
        Assert.Empty(replayed.Result.Parked);
        Assert.NotEmpty(history.Rows("products"));
        ShopCatalogue.AssertProducts(replayed, history, withPrices: true);
        ShopCatalogue.AssertPrices(replayed, history, deletesArrive: true);
        ShopCatalogue.AssertCustomers(replayed, history);
        Assert.Equal(replayed.Objects("products").Count(), replayed.Objects("products").Select(Replayed.KeyOf).Distinct().Count());
    }

    [Theory]
    [InlineData("shop-full-identity")]
    [InlineData("shop-unwrap-rewrite")]
    [InlineData("shop-unwrap-tombstone")]
    [InlineData("shop-json-schemas")]
    [InlineData("shop-decimal-string")]
    [InlineData("shop-decimal-double")]
    [InlineData("shop-one-topic")]
    public async Task Catalogue_OfTheSameHistoryInAnotherShape_IsTheSame(string recording)
    {
        var expected = (await Reference.Value).Catalogue();
        var found = (await Replayed.OfAsync(recording, Replayed.ShopMapping)).Catalogue();
        Assert.Equal(expected, found);
    }

    [Theory]
    [InlineData("shop-default-identity")]
    [InlineData("shop-full-identity")]
    public async Task Catalogue_ThroughKafkasProtocol_IsTheSame(string recording)
    {
        var replayed = await Replayed.ThroughKafkaAsync(recording, Replayed.ShopMapping);
        Assert.Empty(replayed.Result.DeadLetters);
        Assert.Empty(replayed.Result.Parked);
        Assert.Equal((await Reference.Value).Catalogue(), replayed.Catalogue());
    }

    [Fact]
    public async Task RowsThatVanished_ThroughKafkasProtocol_AreToldByTheEndsOfAllPartitions()
    {
        var replayed = await Replayed.ThroughKafkaAsync("shop-new-server", Replayed.ShopMapping);
        Assert.Equal((await Replayed.OfAsync("shop-new-server", Replayed.ShopMapping)).Catalogue(), replayed.Catalogue());
        ShopCatalogue.Same(false, replayed.Product("shop_3")!["active"], "3");
    }

    [Fact]
    public async Task JsonWithoutSchemas_HoldsItsPricesLoudlyAndIsRightInTheRest()
    {
        var replayed = await Replayed.OfAsync("shop-json-bare", Replayed.ShopMapping);
        var history = RecordedHistory.Of(Replayed.Folder("shop-json-bare"));
        ShopCatalogue.AssertProducts(replayed, history, withPrices: false);
        ShopCatalogue.AssertCustomers(replayed, history);
        Assert.Empty(replayed.Objects("prices"));
        Assert.Equal(history.Rows("prices").Keys.Select(id => $"public.prices/{id}").Order(), replayed.Result.Parked.Select(p => p.Key.ToString().Split(':')[1]).Order());
        Assert.All(replayed.Result.Parked, p =>
        {
            Assert.Equal(ParkReason.Held, p.Reason);
            Assert.Contains("decimal.handling.mode", p.Hint, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task PricesKeyedByProduct_LoseTheirDeletesLoudlyAndAreRightInTheRest()
    {
        var replayed = await Replayed.OfAsync("shop-keyed-by-product", Replayed.ShopMapping);
        var history = RecordedHistory.Of(Replayed.Folder("shop-keyed-by-product"));
        Assert.Equal(history.Gone("prices").Count, replayed.Result.DeadLetters.Count);
        Assert.All(replayed.Result.DeadLetters, d => Assert.Contains("REPLICA IDENTITY FULL", d.Hint, StringComparison.Ordinal));
        ShopCatalogue.AssertProducts(replayed, history, withPrices: true);
        ShopCatalogue.AssertPrices(replayed, history, deletesArrive: false);
        ShopCatalogue.AssertCustomers(replayed, history);
    }

    [Fact]
    public async Task MariaDb_Catalogue_IsTheLastRows() => await AssertMariaAsync("maria-default", "mshop", Replayed.MariaMapping);

    [Theory]
    [InlineData("maria-default", "mshop")]
    [InlineData("maria-decimal-string", "mshop_str")]
    public async Task MariaDb_OneMappingForBothDatabases_FitsEitherMode(string recording, string database)
    {
        var folder = Directory.CreateTempSubdirectory("one-mapping-");
        try
        {
            var mapping = Path.Combine(folder.FullName, "mapping.yaml");
            var text = await File.ReadAllTextAsync(Replayed.MariaMapping);
            foreach (var table in new[] { "products", "prices", "customers" }) text = text.Replace($"from: mshop.{table}", $"from: /mshop(_str)?[.]{table}/", StringComparison.Ordinal);
            await File.WriteAllTextAsync(mapping, text);
            await AssertMariaAsync(recording, database, mapping);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task AssertMariaAsync(string recording, string database, string mapping)
    {
        var replayed = await Replayed.OfAsync(recording, mapping);
        var history = RecordedHistory.Of(Replayed.Folder(recording));
        Assert.Empty(replayed.Result.DeadLetters);
        Assert.Empty(replayed.Result.Parked);
        Assert.True(replayed.Result.Counts["skipped_schemachange"] > 0);
        MariaCatalogue.AssertAll(replayed, history, database);
    }
}
