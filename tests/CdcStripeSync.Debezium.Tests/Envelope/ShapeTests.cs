using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Envelope;

public sealed class ShapeTests
{
    [Theory]
    [InlineData("shop-default-identity", "__debezium-heartbeat.", SkippedKind.Heartbeat)]
    [InlineData("shop-default-identity", ".transaction", SkippedKind.Transaction)]
    [InlineData("shop-default-identity", ".message", SkippedKind.Message)]
    [InlineData("maria-default", ".transaction", SkippedKind.Transaction)]
    public async Task Topic_OfNoRows_IsSkippedByItsKind(string recording, string topic, SkippedKind kind)
    {
        var records = (await Decoded.AllAsync(recording)).Where(d => d.Record.Origin.Topic.Contains(topic, StringComparison.Ordinal) && d.Record.Value is not null).ToList();
        Assert.NotEmpty(records);
        Assert.All(records, d => Assert.Equal(kind, Assert.IsType<DecodedRecord.Skipped>(d.Result).Kind));
    }

    [Fact]
    public async Task SchemaChangeTopic_OfMariaDb_IsSkipped()
    {
        var records = (await Decoded.AllAsync("maria-default")).Where(d => d.Record.Origin.Topic == "mshop").ToList();
        Assert.NotEmpty(records);
        Assert.All(records, d => Assert.Equal(SkippedKind.SchemaChange, Assert.IsType<DecodedRecord.Skipped>(d.Result).Kind));
    }

    [Fact]
    public async Task Heartbeat_TellsTheSourcesClock()
    {
        var beat = (await Decoded.AllAsync("shop-default-identity")).First(d => d.Record.Origin.Topic.StartsWith("__debezium-heartbeat.", StringComparison.Ordinal));
        Assert.Equal(Instant.FromMillis(beat.Recorded.ValueJson!.Value.GetProperty("ts_ms").GetInt64()), Assert.IsType<DecodedRecord.Skipped>(beat.Result).SourceTime);
    }

    [Fact]
    public async Task Tombstone_AfterADelete_IsSkipped()
    {
        var tombstones = (await Decoded.AllAsync("shop-default-identity")).Where(d => d.Record.Value is null).ToList();
        Assert.Equal(5, tombstones.Count);
        Assert.All(tombstones, d => Assert.Equal(SkippedKind.Tombstone, Assert.IsType<DecodedRecord.Skipped>(d.Result).Kind));
    }

    [Theory]
    [InlineData("shop-default-identity")]
    [InlineData("shop-json-schemas")]
    [InlineData("maria-default")]
    public async Task Truncate_HasATableAndAPositionButNoRow(string recording)
    {
        var truncate = (await Decoded.AllAsync(recording)).Single(d => d.IsChange && d.Change.Op == ChangeOp.Truncate).Change;
        Assert.Equal("customers", truncate.Table.Name);
        Assert.Null(truncate.After);
        Assert.Null(truncate.Before);
        Assert.Equal(0, truncate.RecordKey.Count);
        Assert.NotEqual(PositionKind.Offset, truncate.Position.Kind);
    }

    [Fact]
    public async Task Unmapped_Tables_AreSkippedAsSuch()
    {
        var recording = Recording.Open(Fixtures.Folder("shop-default-identity"));
        var decoder = new DebeziumDecoder(recording, new DecoderOptions(), t => t.Name == "products");
        foreach (var recorded in recording.Records())
        {
            var decoded = await decoder.DecodeAsync(recorded.Record, CancellationToken.None);
            if (decoded is DecodedRecord.Change { Event: var change }) Assert.Equal("products", change.Table.Name);
            if (recorded.Record.Origin.Topic.EndsWith("prices", StringComparison.Ordinal) && recorded.Record.Value is not null)
                Assert.Equal(SkippedKind.Unmapped, Assert.IsType<DecodedRecord.Skipped>(decoded).Kind);
        }
    }

    [Fact]
    public async Task BareRows_WithADeletedField_AreDeletesOfTheirKeyOnly()
    {
        var deletes = (await Decoded.AllAsync("shop-unwrap-rewrite")).Where(d => d.IsChange && d.Change.Op == ChangeOp.Delete).ToList();
        Assert.Equal(5, deletes.Count);
        Assert.All(deletes, d => Assert.Equal(d.Change.RecordKey, d.Change.Before));
        Assert.All(deletes, d => Assert.NotNull(d.Change.CommittedAt));
    }

    [Fact]
    public async Task BareRows_AddedFields_AreNoColumns()
    {
        foreach (var recording in new[] { "shop-unwrap-rewrite", "shop-unwrap-tombstone" })
        {
            foreach (var change in (await Decoded.AllAsync(recording)).Where(d => d.IsChange).Select(d => d.Change))
            {
                Assert.DoesNotContain(change.WriterColumns ?? new HashSet<string>(), c => c.StartsWith("__", StringComparison.Ordinal));
                Assert.DoesNotContain(change.After ?? Row.Empty, c => c.Key.StartsWith("__", StringComparison.Ordinal));
            }
        }
    }

    [Theory]
    [InlineData("shop-unwrap-rewrite", "shop_unwrap_rewrite")]
    [InlineData("shop-unwrap-tombstone", "shop_unwrap_tombstone")]
    public async Task BareRows_TheirTable_ComesFromAddedFieldsOrTheTopic(string recording, string prefix)
    {
        var tables = (await Decoded.AllAsync(recording, new DecoderOptions { TopicPrefix = prefix })).Where(d => d.IsChange).Select(d => d.Change.Table).Distinct();
        Assert.Equal(["public.customers", "public.prices", "public.products"], tables.Select(t => t.ToString()).Order());
    }

    [Theory]
    [InlineData("shop-full-identity")]
    [InlineData("shop-json-schemas")]
    [InlineData("shop-one-topic")]
    public async Task EveryShape_OfTheSameHistory_EndsInTheSameRows(string recording)
    {
        var expected = await LastRowsAsync("shop-default-identity");
        var rows = await LastRowsAsync(recording);
        Assert.Equal(expected.Keys.Order(), rows.Keys.Order());
        foreach (var (key, row) in expected) Assert.True(row.Equals(rows[key]), $"{recording} {key}:\n{row}\n{rows[key]}");
    }

    /// <summary>What a consumer would hold at the end: folded images by table and id, in the order of their positions.</summary>
    private static async Task<SortedDictionary<string, Row>> LastRowsAsync(string recording)
    {
        var rows = new SortedDictionary<string, Row>(StringComparer.Ordinal);
        foreach (var change in (await Decoded.AllAsync(recording)).Where(d => d.IsChange).Select(d => d.Change).OrderBy(c => c.Position.Major).ThenBy(c => c.Op == ChangeOp.Delete ? 0 : 1))
        {
            if (change.Op == ChangeOp.Truncate)
            {
                foreach (var gone in rows.Keys.Where(k => k.StartsWith($"{change.Table}/", StringComparison.Ordinal)).ToList()) rows.Remove(gone);
                continue;
            }

            var key = $"{change.Table}/{(change.After ?? change.Before)!["id"].ToText()}";
            if (change.After is not { } after) rows.Remove(key);
            else rows[key] = rows.TryGetValue(key, out var older) ? after.FoldOnto(Row.Of(older.Where(c => after.Has(c.Key)))) : after;
        }

        return rows;
    }
}
