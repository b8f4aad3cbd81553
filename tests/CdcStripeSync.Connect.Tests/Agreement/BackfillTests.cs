using System.Text.Json.Nodes;
using CdcStripeSync.Connect.Backfilling;
using CdcStripeSync.Connect.Tests.Double;

namespace CdcStripeSync.Connect.Tests.Agreement;

/// <summary>Signals and notifications as recorded in shop-backfill-by-topic.</summary>
public sealed class BackfillTests
{
    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(Transcript.File("transcript.json")))!, "shop-backfill-by-topic");

    [Fact]
    public void Signal_ForTheRecordedBackfill_IsTheRecordedMessage()
    {
        var recorded = Records("shop_backfill2.signals").Single();
        var signal = new BackfillSignal("backfill-1", ["public.products"], "status = 'active'");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(recorded["valueText"]!.GetValue<string>()), JsonNode.Parse(signal.Message)), signal.Message);
        var channel = SignalChannel.Of(Config());
        Assert.Equal(new SignalChannel("shop_backfill2.signals", null, "shop_backfill2.notifications", recorded["keyText"]!.GetValue<string>(), false), channel);
    }

    [Fact]
    public void Notifications_Recorded_TellTheProgressToItsEnd()
    {
        var read = Records("shop_backfill2.notifications").Select(r => Notification.Read(r["valueJson"]!.ToJsonString())!).ToList();
        Assert.Equal(
            ["SKIPPED connector_name=shop_backfill2", "started: public.products", "public.products: at key 2 of 2", "public.products: 2 rows read, SUCCEEDED", "completed"],
            read.Select(n => n.ToString()));
        Assert.Equal([false, false, false, false, true], read.Select(n => n.Ends));
        Assert.DoesNotContain(read, n => n.IsFailure);
    }

    [Fact]
    public void Notification_OfATableThatWasNotRead_IsAFailure() => Assert.True(Notification.Read(
        """{"payload": {"id": "x", "type": "TABLE_SCAN_COMPLETED", "aggregate_type": "Incremental Snapshot", "additional_data": {"status": "NO_PRIMARY_KEY"}}}""")!.IsFailure);

    [Fact]
    public void Channel_OfAConnectorWithASignalTable_IsTheTable() =>
        Assert.Equal(
            new SignalChannel(null, "public.signals", null, "shop", false),
            SignalChannel.Of(new Dictionary<string, string> { ["topic.prefix"] = "shop", ["signal.data.collection"] = "shop.public.signals" }));

    private static IEnumerable<JsonNode> Records(string topic) =>
        File.ReadLines(Path.Combine(Folder, "records.jsonl")).Where(l => l.Length > 0).Select(l => JsonNode.Parse(l)!).Where(r => r["topic"]!.GetValue<string>() == topic);

    private static Dictionary<string, string> Config() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "connector.json")))!.AsObject().ToDictionary(o => o.Key, o => o.Value!.GetValue<string>(), StringComparer.Ordinal);
}
