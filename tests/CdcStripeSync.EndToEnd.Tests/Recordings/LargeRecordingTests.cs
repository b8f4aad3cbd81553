using System.Text;
using System.Text.Json.Nodes;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.EndToEnd.Tests.Recordings;

/// <summary>More than a partition of the mock cluster holds, and more records than are replayed one by one.</summary>
public sealed class LargeRecordingTests : IDisposable
{
    private const int Others = 20_000;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("large-recording-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Recording_LargerThanAPartitionHolds_IsReadFromItsFirstRecord()
    {
        await WriteAsync();
        var direct = await Replayed.OfAsync(_folder.FullName, Replayed.ShopMapping);
        var replayed = await Replayed.ThroughKafkaAsync(_folder.FullName, Replayed.ShopMapping);
        Assert.Single(direct.Objects("products"));
        Assert.Equal(direct.Catalogue(), replayed.Catalogue());
        Assert.Equal(Others, direct.Result.Counts["skipped_unmapped"]);
        Assert.Equal(Others, replayed.Result.Counts["skipped_unmapped"]);
    }

    /// <summary>A product's first row, then rows of a table that no mapping names, in one partition.</summary>
    private async Task WriteAsync()
    {
        var recorded = Replayed.Folder("shop-json-bare");
        foreach (var name in new[] { "schemas.json", "connector.json" }) File.Copy(Path.Combine(recorded, name), Path.Combine(_folder.FullName, name));
        var product = Recording.Open(recorded).Records().Select(r => r.Record).First(r => r.Value is not null && r.Origin.Topic.EndsWith(".products", StringComparison.Ordinal));
        var other = JsonNode.Parse(product.Value!.Value.Span)!;
        other["source"]!["table"] = "audits";
        await using var file = File.CreateText(Path.Combine(_folder.FullName, "records.jsonl"));
        await file.WriteLineAsync(Line(product, 0, product.Value.Value.Span));
        var value = Encoding.UTF8.GetBytes(other.ToJsonString());
        for (var offset = 1; offset <= Others; offset++) await file.WriteLineAsync(Line(product, offset, value));
    }

    private static string Line(SourceRecord record, int offset, ReadOnlySpan<byte> value) => new JsonObject
    {
        ["topic"] = record.Origin.Topic,
        ["partition"] = 0,
        ["offset"] = offset,
        ["timestamp"] = record.Timestamp,
        ["key"] = Convert.ToBase64String(record.Key!.Value.Span),
        ["value"] = Convert.ToBase64String(value),
    }.ToJsonString();
}
