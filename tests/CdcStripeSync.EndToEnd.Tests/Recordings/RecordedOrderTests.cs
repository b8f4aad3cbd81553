using System.Text;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.EndToEnd.Tests.Recordings;

/// <summary>The same records in other orders that Kafka may deliver them in: what PROTOCOL says counts, on recorded bytes.</summary>
public sealed class RecordedOrderTests
{
    private static readonly Lazy<Task<Replayed>> Reference = new(() => Replayed.OfAsync("shop-default-identity", Replayed.ShopMapping));

    [Theory]
    [InlineData("shop-default-identity", true)]
    [InlineData("shop-default-identity", false)]
    [InlineData("shop-unwrap-tombstone", true)]
    [InlineData("shop-one-topic", true)]
    public async Task Trap3_KeyChange_HalvesInEitherOrder_IsOneRename(string recording, bool createFirst)
    {
        var replayed = await Replayed.InOrderAsync(recording, Replayed.ShopMapping, records =>
        {
            var delete = records.First(r => Has(r, "__debezium.newkey"));
            var create = records.Single(r => Has(r, "__debezium.oldkey"));
            var earlier = createFirst ? create : delete;
            records.Remove(earlier);
            records.Insert(records.IndexOf(createFirst ? delete : create), earlier);
            return records;
        });
        Assert.Equal("public.products/40", Replayed.KeyOf(replayed.Product("shop_4")!));
        Assert.Null(replayed.Product("shop_40"));
        Assert.Equal((await Reference.Value).Catalogue(), replayed.Catalogue());
    }

    [Fact]
    public async Task Trap3_KeyChange_OnlyTheCreateHalfLeftByCompaction_IsStillARename()
    {
        var replayed = await Replayed.InOrderAsync("shop-default-identity", Replayed.ShopMapping, records => records.Where(r => !Has(r, "__debezium.newkey")));
        Assert.Equal((await Reference.Value).Catalogue(), replayed.Catalogue());
    }

    [Theory]
    [InlineData("shop-default-identity")]
    [InlineData("shop-full-identity")]
    [InlineData("shop-unwrap-rewrite")]
    [InlineData("shop-json-schemas")]
    [InlineData("shop-one-topic")]
    [InlineData("shop-new-server")]
    [InlineData("shop-resnapshot")]
    public async Task Redelivery_OfTheStreamFromAnyPointOn_ChangesNothing(string recording)
    {
        var once = await Replayed.OfAsync(recording, Replayed.ShopMapping);
        foreach (var share in new[] { 0.4, 0.8 })
        {
            var again = await Replayed.InOrderAsync(recording, Replayed.ShopMapping, records => [.. records, .. Again(records.Skip((int)(records.Count * share)))]);
            var (expected, found) = (once.Catalogue(), again.Catalogue());
            Assert.Equal(expected.Keys, found.Keys);
            Assert.All(expected, o => Assert.Equal(o.Value, found[o.Key]));
            Assert.Empty(again.Result.DeadLetters);
            Assert.Empty(again.Result.Parked);
        }
    }

    [Fact]
    public async Task Redelivery_ByAKilledWorker_IsCountedStale()
    {
        var replayed = await Replayed.OfAsync("shop-worker-killed", Replayed.ShopMapping);
        Assert.Equal(177, replayed.Result.Counts["changes_stale"]);
    }

    [Fact]
    public async Task Trap6_RowsOfAnOldSnapshotArrivingLate_UndoNothing()
    {
        var once = await Replayed.OfAsync("shop-resnapshot", Replayed.ShopMapping);
        var late = await Replayed.InOrderAsync("shop-resnapshot", Replayed.ShopMapping, records => [.. records, .. Again(records.Take(12))]);
        Assert.Equal(once.Catalogue(), late.Catalogue());
    }

    [Fact]
    public async Task NewServer_ItsLowerPositions_OpenAnEpochWithAnAlarm()
    {
        var replayed = await Replayed.OfAsync("shop-new-server", Replayed.ShopMapping);
        Assert.True(replayed.Result.Counts["changes_newepoch"] > 0);
        Assert.Contains(replayed.Result.Alarms, a => a.Contains("positions fell", StringComparison.Ordinal));
        Assert.Equal("Changed during the fail-over", replayed.Product("shop_2")!["name"]!.ToString());
    }

    [Theory]
    [InlineData("shop-new-server")]
    [InlineData("shop-resnapshot")]
    public async Task RowsThatANewSnapshotLacks_AreArchivedWithAnAlarm_AlsoWhereItsLastRowsAreReadFirst(string recording)
    {
        var replayed = await Replayed.OfAsync(recording, Replayed.ShopMapping);
        ShopCatalogue.Same(false, replayed.Product("shop_3")!["active"], "3");
        var itsPrices = replayed.OfRow("prices", "public.prices/00000000-0000-4000-8000-000000000301");
        Assert.NotEmpty(itsPrices);
        Assert.All(itsPrices, p => ShopCatalogue.Same(false, p["active"], "301"));
        Assert.Single(replayed.Result.Alarms, a => a.Contains("public.products: 1 row is not in its new snapshot", StringComparison.Ordinal));
        var backwards = await Replayed.InOrderAsync(recording, Replayed.ShopMapping, records =>
            records.OrderBy(r => r.Timestamp / 4_000).ThenByDescending(r => r.Origin.Partition).ThenBy(r => r.Origin.Offset));
        Assert.Equal(replayed.Catalogue(), backwards.Catalogue());
    }

    [Fact]
    public async Task Truncate_RowsBelowItArrivingLate_AreIgnored()
    {
        var late = await Replayed.InOrderAsync("shop-default-identity", Replayed.ShopMapping, records =>
        {
            var kenji = records.Where(r => r.Origin.Topic.EndsWith("customers", StringComparison.Ordinal) && Says(r, "kenji@shop.example")).ToList();
            Assert.NotEmpty(kenji);
            return [.. records.Except(kenji), .. kenji];
        });
        Assert.DoesNotContain(late.Objects("customers"), c => c["email"]!.ToString() == "kenji@shop.example");
    }

    [Fact]
    public async Task UnreadableValue_OfOneChange_IsKeptAndHealedByTheNextImage()
    {
        var replayed = await Replayed.InOrderAsync("shop-default-identity", Replayed.ShopMapping, records =>
            records.Select(r => r.Origin is { Partition: var p, Offset: var o } && r == FirstUpdate(records) ? r with { Value = r.Value!.Value[..60] } : r));
        var letter = Assert.Single(replayed.Result.DeadLetters);
        Assert.Contains("schema id", letter.Error, StringComparison.Ordinal);
        Assert.Contains("field '", letter.Error, StringComparison.Ordinal);
        Assert.Contains("byte ", letter.Error, StringComparison.Ordinal);
        Assert.Equal((await Reference.Value).Catalogue(), replayed.Catalogue());
    }

    [Theory]
    [InlineData("shop-default-identity")]
    [InlineData("shop-json-bare")]
    [InlineData("shop-one-topic")]
    [InlineData("shop-unwrap-tombstone")]
    [InlineData("shop-keyed-by-product")]
    public async Task Trap2_Unavailable_NeverLeaves(string recording)
    {
        var replayed = await Replayed.OfAsync(recording, Replayed.ShopMapping);
        Assert.NotEmpty(replayed.Result.Requests);
        Assert.DoesNotContain(replayed.Result.Requests.SelectMany(r => r.Parameters), p => p.Value.Contains("__debezium", StringComparison.Ordinal));
        Assert.StartsWith("c4ca4238a0b92382", replayed.Product("shop_10")!["description"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("Red hat", replayed.Product("shop_10")!["name"]!.ToString()); // trap 1: a delete's `before` says ""
    }

    private static SourceRecord FirstUpdate(List<SourceRecord> records) =>
        records.First(r => r.Origin.Topic.EndsWith("products", StringComparison.Ordinal) && Says(r, "Black T-shirt"));

    private static bool Has(SourceRecord record, string header) => record.Headers.Any(h => h.Key == header);

    private static bool Says(SourceRecord record, string text) => record.Value is { } value && value.Span.IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    /// <summary>The same records once more, behind all others of their partitions.</summary>
    private static IEnumerable<SourceRecord> Again(IEnumerable<SourceRecord> records) =>
        records.Select(r => r with { Origin = new RecordOrigin(r.Origin.Topic, r.Origin.Partition, r.Origin.Offset + 100_000) });
}
