using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Debezium.Tests.Avro;
using CdcStripeSync.Pipeline.Ordering;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests;

/// <summary>What real records hold that a naive reader gets wrong, one test a trap, on recorded bytes.</summary>
public sealed class TrapTests
{
    [Fact]
    public async Task Trap1_BeforeOfADelete_IsTrustedForKeyColumnsOnly()
    {
        var deletes = (await Decoded.AllAsync("shop-default-identity")).Where(d => d.IsChange && d.Change.Op == ChangeOp.Delete).ToList();
        Assert.Equal(5, deletes.Count);
        foreach (var delete in deletes)
        {
            Assert.Equal(delete.Change.RecordKey, delete.Change.Before);
            Assert.Null(delete.Change.After);
        }

        var product = deletes.Single(d => d.Change.RecordKey["id"] == ColumnValue.Of(10) && d.Change.Table.Name == "products");
        Assert.Equal("", product.Oracle("before").GetProperty("sku").GetString());
        Assert.True(product.Change.Before!["sku"].IsUnavailable);
    }

    [Fact]
    public async Task Trap1_BeforeOfAnUpdate_IsAbsentByDefaultAndWholeWithFullIdentity()
    {
        var byDefault = (await Decoded.ChangesAsync("shop-default-identity", "products")).Where(d => d.Change.Op == ChangeOp.Update).ToList();
        Assert.Equal(16, byDefault.Count);
        Assert.All(byDefault, d => Assert.Null(d.Change.Before));
        var full = (await Decoded.ChangesAsync("shop-full-identity", "products")).First(d => d.Change.Op == ChangeOp.Update && d.Change.RecordKey["id"] == ColumnValue.Of(1));
        Assert.Equal(ColumnValue.Of("Black tee"), full.Change.Before!["name"]);
        Assert.Equal(ColumnValue.Of("Black T-shirt"), full.Change.After!["name"]);
    }

    [Theory]
    [InlineData("shop-default-identity")]
    [InlineData("shop-decimal-double")]
    [InlineData("shop-decimal-string")]
    [InlineData("shop-json-bare")]
    [InlineData("shop-one-topic")]
    [InlineData("shop-unwrap-rewrite")]
    [InlineData("shop-unwrap-tombstone")]
    public async Task Trap2_AnUnchangedLargeColumn_IsUnavailableAndTakesTheOlderValue(string recording)
    {
        var hat = (await Decoded.AllAsync(recording))
            .Where(d => d.IsChange && d.Change.RecordKey["id"] == ColumnValue.Of(10) && d.Change.After?.Has("sku") == true).Select(d => d.Change).ToList();
        var description = hat[0].After!["description"];
        Assert.Equal(8579, description.AsText.Length);
        var unchanged = hat.Skip(1).ToList();
        Assert.Equal(6, unchanged.Count);
        Assert.All(unchanged, c => Assert.True(c.After!["description"].IsUnavailable));
        Assert.Equal(description, unchanged.Aggregate(hat[0].After!, (row, c) => c.After!.FoldOnto(row))["description"]);
    }

    [Fact]
    public async Task Trap2_AnotherPlaceholder_IsOnlyUnavailableWhereItIsConfigured()
    {
        const string Schema = """{"type":"record","name":"Value","fields":[{"name":"id","type":"int"},{"name":"note","type":"string"}]}""";
        var record = new SourceRecord(new RecordOrigin("p.public.t", 0, 0), 0, null, new AvroEncoder().Frame(1, Schema, """{"id":1,"note":"<<same>>"}"""), []);
        var plain = (DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas((1, Schema)), record);
        Assert.Equal(ColumnValue.Of("<<same>>"), plain.Event.After!["note"]);
        var configured = (DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas((1, Schema)), record, new DecoderOptions { UnavailablePlaceholder = "<<same>>" });
        Assert.True(configured.Event.After!["note"].IsUnavailable);
    }

    [Theory]
    [InlineData("\"bytes\"", "\"__debezium_unavailable_value\"")]
    [InlineData("[\"null\",\"string\"]", "{\"string\":\"__debezium_unavailable_value\"}")]
    [InlineData("{\"type\":\"string\",\"connect.name\":\"io.debezium.data.Json\"}", "\"__debezium_unavailable_value\"")]
    [InlineData("{\"type\":\"array\",\"items\":[\"null\",\"string\"]}", "[{\"string\":\"__debezium_unavailable_value\"}]")]
    [InlineData("{\"type\":\"array\",\"items\":\"bytes\"}", "[\"__debezium_unavailable_value\"]")]
    [InlineData("{\"type\":\"map\",\"values\":[\"null\",\"string\"]}", "{\"__debezium_unavailable_value\":{\"string\":\"__debezium_unavailable_value\"}}")]
    [InlineData("{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"scale\":2,\"connect.name\":\"org.apache.kafka.connect.data.Decimal\"}", "\"__debezium_unavailable_value\"")]
    public async Task Trap2_ThePlaceholderOfEachType_IsUnavailable(string type, string value)
    {
        var schema = $$"""{"type":"record","name":"Value","fields":[{"name":"c","type":{{type}}}]}""";
        var record = new SourceRecord(new RecordOrigin("p.public.t", 0, 0), 0, null, new AvroEncoder().Frame(1, schema, $$"""{"c":{{value}}}"""), []);
        var decoded = (DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas((1, schema)), record);
        Assert.True(decoded.Event.After!["c"].IsUnavailable, decoded.Event.After.ToString());
    }

    [Theory]
    [InlineData("shop-default-identity")]
    [InlineData("shop-full-identity")]
    [InlineData("shop-json-schemas")]
    [InlineData("shop-json-bare")]
    public async Task Trap3_APrimaryKeyChange_NamesItsOtherHalfInTheKeysOwnTypes(string recording)
    {
        var products = await Decoded.ChangesAsync(recording, "products");
        var delete = products.Single(d => d.Change.NewKey is not null).Change;
        var create = products.Single(d => d.Change.OldKey is not null).Change;
        Assert.Equal((ChangeOp.Delete, ChangeOp.Create), (delete.Op, create.Op));
        Assert.Equal(Row.Of(("id", ColumnValue.Of(40))), delete.NewKey);
        Assert.Equal(create.RecordKey, delete.NewKey);
        Assert.Equal(delete.RecordKey, create.OldKey);
        Assert.Equal(delete.Position, create.Position);
        Assert.NotEqual(delete.Origin.Partition, create.Origin.Partition);
    }

    [Fact]
    public async Task Trap4_ADeleteKeyedByAnotherColumn_DoesNotPretendToKnowItsRow()
    {
        var deletes = (await Decoded.ChangesAsync("shop-keyed-by-product", "prices")).Where(d => d.Change.Op == ChangeOp.Delete).ToList();
        Assert.Equal(2, deletes.Count);
        foreach (var delete in deletes)
        {
            Assert.Equal(Row.Of(("product_id", ColumnValue.Of(0))), delete.Change.RecordKey);
            Assert.True(delete.Change.Before!["id"].IsUnavailable);
        }
    }

    [Theory]
    [InlineData("shop-full-identity", true)]
    [InlineData("shop-default-identity", false)]
    public async Task Trap4_ADeleteKeyedByAnotherColumn_IsKnownByItsBeforeWithFullIdentityOnly(string recording, bool isKnown)
    {
        const string ByProduct = """{"type":"record","name":"Key","namespace":"k","fields":[{"name":"product_id","type":"long"}]}""";
        var opened = Recording.Open(Fixtures.Folder(recording));
        var deletes = (await Decoded.ChangesAsync(recording, "prices")).Where(d => d.Change.Op == ChangeOp.Delete).ToList();
        Assert.Equal(2, deletes.Count);
        foreach (var delete in deletes)
        {
            var id = (int)Convert.ToUInt32(Convert.ToHexString(delete.Record.Value!.Value.Span[1..5]), 16);
            var product = delete.Oracle("before").GetProperty("product_id").GetInt64();
            var record = delete.Record with { Key = new AvroEncoder().Frame(9_000, ByProduct, $$"""{"product_id":{{product}}}""") };
            var change = ((DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas((9_000, ByProduct), (id, opened.SchemaTexts[id])), record)).Event;
            Assert.Equal(isKnown ? delete.Change.RecordKey["id"] : ColumnValue.Unavailable, change.Before!["id"]);
            if (isKnown) Assert.Equal(ColumnValue.Of(10), change.Before["product_id"]);
        }
    }

    [Fact]
    public async Task Trap4_ADeleteKeyedByAnotherColumn_OfASourceThatInventsNothing_IsKnownByItsBefore()
    {
        const string BySku = """{"type":"record","name":"Key","namespace":"k","fields":[{"name":"sku","type":"string"}]}""";
        var opened = Recording.Open(Fixtures.Folder("maria-default"));
        var deletes = (await Decoded.ChangesAsync("maria-default", "products")).Where(d => d.Change.Op == ChangeOp.Delete).ToList();
        Assert.Equal(2, deletes.Count);
        foreach (var delete in deletes)
        {
            var id = (int)Convert.ToUInt32(Convert.ToHexString(delete.Record.Value!.Value.Span[1..5]), 16);
            var record = delete.Record with { Key = new AvroEncoder().Frame(9_000, BySku, """{"sku":"HAT-RED"}"""), Headers = [] };
            var before = ((DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas((9_000, BySku), (id, opened.SchemaTexts[id])), record)).Event.Before!;
            Assert.Equal((delete.Change.RecordKey["id"], ColumnValue.Of("Red hat"), ColumnValue.Null), (before["id"], before["name"], before["description"]));
        }
    }

    [Fact]
    public async Task Trap1_BeforeOfADelete_IsWholeWithFullIdentity()
    {
        var product = (await Decoded.ChangesAsync("shop-full-identity", "products")).Single(d => d.Change.Op == ChangeOp.Delete && d.Change.RecordKey["id"] == ColumnValue.Of(10));
        Assert.Equal(ColumnValue.Of("HAT-RED"), product.Change.Before!["sku"]);
    }

    [Fact]
    public async Task Trap5_JsonWithoutSchemas_NeverTurnsABase64DecimalIntoANumber()
    {
        var bare = (await Decoded.ChangesAsync("shop-json-bare", "prices")).First(d => d.Change.RecordKey["id"].ToText()!.EndsWith("101", StringComparison.Ordinal));
        Assert.Equal(ColumnValue.Of("YZ4="), bare.Change.After!["amount"]);
        var schemas = (await Decoded.ChangesAsync("shop-json-schemas", "prices")).First(d => d.Change.RecordKey["id"].ToText()!.EndsWith("101", StringComparison.Ordinal));
        Assert.Equal(ColumnValue.Of(ExactDecimal.Parse("24.990")), schemas.Change.After!["amount"]);
    }

    [Fact]
    public async Task Trap6_ASecondSnapshot_IsToldFromStreamedChangesAndStampedLater()
    {
        var product = (await Decoded.ChangesAsync("shop-resnapshot", "products")).Where(d => d.Change.RecordKey["id"] == ColumnValue.Of(1)).Select(d => d.Change).ToList();
        Assert.Equal([SnapshotKind.Complete, SnapshotKind.Streamed, SnapshotKind.Complete, SnapshotKind.Streamed], product.Select(c => c.Snapshot));
        Assert.Equal([ChangeOp.Read, ChangeOp.Update, ChangeOp.Read, ChangeOp.Update], product.Select(c => c.Op));
        for (var i = 1; i < product.Count; i++) Assert.True(product[i].Position.CompareTo(product[i - 1].Position) > 0);
        Assert.Equal(2, (await Decoded.AllAsync("shop-resnapshot")).Count(d => d.IsChange && d.Change.Snapshot == SnapshotKind.CompleteLast));
    }

    [Theory]
    [InlineData("shop-resnapshot", 2)]
    [InlineData("shop-new-server", 2)]
    [InlineData("shop-default-identity", 1)]
    [InlineData("maria-default", 1)]
    public async Task Trap6_EachTablesLastRowOfASnapshot_SaysSo_AndItsRowsCarryOnePlaceAndTime(string recording, int taken)
    {
        var read = (await Decoded.AllAsync(recording)).Where(d => d.IsChange && d.Change.IsOfCompleteSnapshot).Select(d => d.Change).ToList();
        var snapshots = read.GroupBy(c => (c.Table, c.Position, c.CommittedAt)).ToList();
        Assert.All(snapshots, s => Assert.Single(s, c => c.EndsTable));
        Assert.Equal(read.Count(c => c.EndsTable), snapshots.Count);
        Assert.Equal((taken, 3 * taken), (read.Count(c => c.Snapshot == SnapshotKind.CompleteLast), snapshots.Count));
    }

    [Fact]
    public async Task Trap6_AnOpenTransaction_StreamsBelowTheStampOfTheSnapshotRowBeforeIt()
    {
        var product = (await Decoded.ChangesAsync("shop-open-transaction", "products")).Where(d => d.Change.RecordKey["id"] == ColumnValue.Of(1)).Select(d => d.Change).ToList();
        var row = product.Single(c => c.Snapshot == SnapshotKind.Incremental);
        Assert.Equal(SourcePosition.OfLsn(248933432), row.Position);
        Assert.Contains(product, c => c.Snapshot == SnapshotKind.Streamed && c.Position == SourcePosition.OfLsn(248932080) && c.Origin.Offset > row.Origin.Offset);
    }

    [Fact]
    public async Task Trap7_Positions_ComeFromWhateverTheSourceGives()
    {
        var incremental = (await Decoded.ChangesAsync("shop-incremental-snapshot", "products")).First(d => d.Change.Snapshot == SnapshotKind.Incremental);
        Assert.Equal(JsonValueKind.Null, incremental.Recorded.ValueJson!.Value.GetProperty("source").GetProperty("lsn").ValueKind);
        Assert.Equal(SourcePosition.OfLsn(119193184), incremental.Change.Position);

        var added = await Decoded.ChangesAsync("shop-unwrap-rewrite", "customers");
        Assert.All(added, d => Assert.Equal(PositionKind.Lsn, d.Change.Position.Kind));
        var bare = (await Decoded.ChangesAsync("shop-unwrap-tombstone", "products"))[0];
        Assert.Equal(new SourcePosition(PositionKind.Offset, (ulong)bare.Record.Origin.Partition, (ulong)bare.Record.Origin.Offset, 0, bare.Record.Origin.Topic), bare.Change.Position);

        var rows = (await Decoded.ChangesAsync("maria-default", "prices")).Where(d => d.Change.Op == ChangeOp.Create && d.Change.Position.Minor == 20022).Select(d => d.Change.Position).ToList();
        Assert.Equal(2, rows.Count);
        Assert.All(rows, p => Assert.Equal((PositionKind.Binlog, 1UL), (p.Kind, p.Major)));
        Assert.Equal([0u, 1u], rows.Select(p => p.Row).Order());
    }

    [Fact]
    public async Task Trap7_WithinOneKey_StreamedPositionsOnlyGrow()
    {
        foreach (var recording in new[] { "shop-default-identity", "shop-full-identity", "shop-json-bare", "shop-unwrap-rewrite", "maria-default" })
        {
            var rows = (await Decoded.AllAsync(recording)).Where(d => d.IsChange && d.Change.Snapshot == SnapshotKind.Streamed && d.Change.Op != ChangeOp.Truncate)
                .GroupBy(d => (d.Record.Origin.Topic, Key: d.Change.RecordKey.ToString()));
            foreach (var row in rows)
                Assert.All(row.Zip(row.Skip(1)), pair => Assert.True(pair.Second.Change.Position.CompareTo(pair.First.Change.Position) > 0, $"{recording} {row.Key}"));
        }
    }

    [Fact]
    public async Task Trap8_RecordsOfOlderVersions_DecodeWithoutTheNewerFields()
    {
        var recording = Recording.Open(Fixtures.Folder("shop-default-identity"));
        var compared = 0;
        foreach (var now in (await Decoded.ChangesAsync("shop-default-identity", "products")).Concat(await Decoded.ChangesAsync("shop-default-identity", "prices")))
        {
            var then = await OfOlderVersionAsync(now, recording);
            Assert.Equal((now.Change.Table, now.Change.Op, now.Change.Position, now.Change.Snapshot), (then.Table, then.Op, then.Position, then.Snapshot));
            Assert.Equal(now.Change.After, then.After);
            Assert.Equal(now.Change.CommittedAt!.Value.Seconds, then.CommittedAt!.Value.Seconds);
            Assert.Equal(now.Change.CommittedAt.Value.Nanos / 1_000_000, then.CommittedAt.Value.Nanos / 1_000_000);
            compared++;
        }

        Assert.True(compared > 30);
    }

    [Fact]
    public async Task Trap8_ARowsChanges_RepeatedByAnotherVersion_AreRepeats()
    {
        var recording = Recording.Open(Fixtures.Folder("shop-default-identity"));
        var rows = (await Decoded.ChangesAsync("shop-default-identity", "products"))
            .Where(d => d.Change is { Snapshot: SnapshotKind.Streamed, Op: ChangeOp.Create or ChangeOp.Update }).GroupBy(d => d.Change.RecordKey["id"].ToText()!).ToList();
        Assert.Contains(rows, r => r.Count() > 2);
        foreach (var row in rows)
        {
            var newest = row.Last();
            foreach (var known in new[] { newest.Change, await OfOlderVersionAsync(newest, recording) })
            {
                var state = new EntityState { Key = new EntityKey("product", known.Table, row.Key), Streamed = new StreamPosition(0, known.Position, known.CommittedAt) };
                foreach (var repeated in row)
                {
                    Assert.Equal(Verdict.Stale, EventOrder.Judge(state, repeated.Change, null));
                    Assert.Equal(Verdict.Stale, EventOrder.Judge(state, await OfOlderVersionAsync(repeated, recording), null));
                }

                var fallen = newest.Change with { Position = SourcePosition.OfLsn(1), CommittedAt = Instant.FromMillis((known.CommittedAt!.Value.Seconds + 1) * 1_000) };
                Assert.Equal(Verdict.NewEpoch, EventOrder.Judge(state, fallen, null));
            }
        }
    }

    [Fact]
    public async Task Trap9_JsonColumns_AreEqualByMeaningNotByText()
    {
        var tee = (await Decoded.ChangesAsync("shop-default-identity", "products")).First(d => d.Change.RecordKey["id"] == ColumnValue.Of(1)).Change.After!["attributes"];
        Assert.Equal(ColumnKind.Json, tee.Kind);
        Assert.NotEqual("""{"colour":"black","sizes":["S","M","L"]}""", tee.AsText);
        Assert.Equal(ColumnValue.Json("""{"colour":"black","sizes":["S","M","L"]}"""), tee);
        Assert.NotEqual(ColumnValue.Json("""{"colour":"black","sizes":["M","S","L"]}"""), tee);
    }

    [Fact]
    public async Task Trap10_NotANumberAndTheInfinities_AreNullAndNamed()
    {
        var extremes = (await Decoded.ChangesAsync("types-precise-adaptive", "all_types")).First(d => d.Change.RecordKey["id"] == ColumnValue.Of(3)).Change.After!;
        Assert.True(extremes["c_numeric"].IsNull);
        Assert.Equal(ColumnValue.Of(Instant.NegativeInfinity), extremes["c_ts"]);
        Assert.Equal(ColumnValue.Of(Instant.PositiveInfinity), extremes["c_tstz"]);
        Assert.True(double.IsNaN(extremes["c_real"].AsDouble));
        Assert.Equal(double.NegativeInfinity, extremes["c_double"].AsDouble);
    }

    [Fact]
    public async Task Trap10_DatesOfTheIsoMode_LoseTheirZ()
    {
        var day = (await Decoded.ChangesAsync("types-string-isostring", "all_types")).First(d => d.Change.RecordKey["id"] == ColumnValue.Of(1)).Change.After!["c_date"];
        Assert.Equal("2026-02-28", day.ToText());
        Assert.Equal(ColumnKind.Date, day.Kind);
    }

    [Fact]
    public async Task Trap11_OneTopicOfThreeTables_IsReadByTheIdInEachRecord()
    {
        var changes = (await Decoded.AllAsync("shop-one-topic")).Where(d => d.IsChange).ToList();
        Assert.Single(changes.Select(d => d.Record.Origin.Topic).Distinct());
        Assert.Equal(["customers", "prices", "products"], changes.Select(d => d.Change.Table.Name).Distinct().Order());
        Assert.All(changes, d => Assert.Equal("public", d.Change.Table.Schema));
        var ids = changes.Select(d => Convert.ToHexString(d.Record.Value!.Value.Span[1..5])).Distinct().Count();
        Assert.True(ids > 3, $"{ids} schemas");
    }

    [Fact]
    public async Task Trap11_AColumnThatComesAndGoes_IsToldByEachWritersSchema()
    {
        var tee = (await Decoded.ChangesAsync("shop-default-identity", "products")).Where(d => d.Change.RecordKey["id"] == ColumnValue.Of(1)).Select(d => d.Change).ToList();
        Assert.Equal(ColumnValue.Of("Acme"), tee[^3].After!["brand"]);
        Assert.Equal(ColumnValue.Of("Acme Ltd"), tee[^2].After!["maker"]);
        Assert.True(tee[^2].After!["brand"].IsUnavailable);
        Assert.Equal([true, false, false], tee[^3..].Select(c => c.WriterColumns!.Contains("brand")));
        Assert.Equal([false, true, false], tee[^3..].Select(c => c.WriterColumns!.Contains("maker")));
    }

    /// <summary>The same record without the fields that older versions lack.</summary>
    private static async Task<ChangeEvent> OfOlderVersionAsync(Decoded now, Recording recording)
    {
        string[] newer = ["ts_us", "ts_ns", "origin", "origin_lsn"];
        var id = (int)Convert.ToUInt32(Convert.ToHexString(now.Record.Value!.Value.Span[1..5]), 16);
        var schema = JsonNode.Parse(recording.SchemaTexts[id])!;
        var value = JsonNode.Parse(now.Recorded.ValueJson!.Value.GetRawText())!;
        RemoveFields(schema, newer);
        foreach (var name in newer)
        {
            value.AsObject().Remove(name);
            value["source"]!.AsObject().Remove(name);
        }

        var bytes = new AvroEncoder().Frame(9_000, schema.ToJsonString(), value.ToJsonString());
        var record = now.Record with { Value = bytes, Key = null, Headers = [.. now.Record.Headers.Where(h => !h.Key.StartsWith("__debezium.context.", StringComparison.Ordinal))] };
        return ((DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas((9_000, schema.ToJsonString())), record)).Event;
    }

    private static void RemoveFields(JsonNode? node, string[] names)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array) RemoveFields(item, names);
        }

        if (node is not JsonObject json) return;
        if (json["fields"] is JsonArray fields && (json["name"]!.ToString() is "Source" or "Envelope"))
        {
            foreach (var field in fields.Where(f => names.Contains(f!["name"]!.ToString())).ToList()) fields.Remove(field);
        }

        foreach (var (_, child) in json) RemoveFields(child, names);
    }
}
