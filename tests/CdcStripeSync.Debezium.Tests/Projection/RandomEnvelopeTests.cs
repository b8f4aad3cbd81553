using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Columns;
using CdcStripeSync.Debezium.Projection;
using CdcStripeSync.Debezium.Tests.Avro;
using CdcStripeSync.Pipeline.Ports;
using FsCheck;
using FsCheck.Fluent;

namespace CdcStripeSync.Debezium.Tests.Projection;

/// <summary>Envelopes of random tables: a projection for some of the columns reads what the generic decoder reads of them.</summary>
public sealed class RandomEnvelopeTests
{
    private const string Envelope = """
        {"type":"record","name":"Envelope","fields":[{"name":"before","type":["null",{"type":"record","name":"Row","fields":[FIELDS]}]},{"name":"after","type":["null","Row"]},
         {"name":"source","type":{"type":"record","name":"Source","fields":[{"name":"schema","type":"string"},{"name":"table","type":"string"},{"name":"lsn","type":["null","long"]}]}},
         {"name":"op","type":"string"}]}
        """;

    /// <summary>So long that what stands behind a row is learned.</summary>
    private const string LongName = "a table whose name alone is longer than any vector of bytes that a processor has";

    private const string Json = """{"before":BEFORE,"after":AFTER,"source":{"schema":"s","table":"t","lsn":{"long":7}},"op":"u"}""";

    [Fact]
    public void Columns_OfRandomTables_AreTheGenericDecoders()
    {
        var tables = AvroShapes.Values(AvroShapes.Of(2)).NonEmptyListOf().Zip(Gen.Choose(0, int.MaxValue)).Zip(Gen.Elements(true, false));
        Prop.ForAll(tables.ToArbitrary(), table => Agrees([.. table.Item1.Item1], table.Item1.Item2, table.Item2)).QuickCheckThrowOnFailure();
    }

    /// <summary>Each field in each place: what stands before the row, or behind it, is looked at as it should be.</summary>
    [Fact]
    public void Envelope_WithItsFieldsInAnyOrder_SaysTheSameAsTheGenericDecoder()
    {
        string[] fields = ["before", "after", "source", "op"];
        var compared = 0;
        foreach (var order in Orders(fields))
        {
            var schema = Ordered(order);
            var images = new AvroRecordImages(new FixedSchemas((1, schema)), _ => ["id"]);
            SourceRecord Of(string op, int other) => new(
                new Core.Changes.RecordOrigin("t", 0, 0), 0, new byte[] { 1 }, new AvroEncoder().Frame(1, schema, $$$"""
                    {"before":null,"after":{"Row":{"id":7,"other":{{{other}}} } },"source":{"schema":"s","table":"{{{LongName}}}","lsn":{"long":7}},"op":"{{{op}}}"}
                    """), []);
            var first = Of("u", 1);
            if (images.Of(first, Change(schema, first)) is not { } image) continue;
            for (var i = 0; i < 3; i++)
            {
                foreach (var op in new[] { "u", "c", "r", "d" })
                {
                    var stamp = new EventStamp();
                    Assert.Equal(op is "u" or "r", images.SaysTheSame(image, Of(op, i), stamp));
                    if (op is "u" or "r") Assert.Equal(Change(schema, Of(op, i)).Position, stamp.Place.Position);
                }
            }

            compared++;
        }

        Assert.Equal(8, compared);
    }

    private static IEnumerable<string[]> Orders(string[] fields) =>
        fields.Length == 0 ? [[]] : fields.SelectMany(first => Orders([.. fields.Where(f => f != first)]).Select(rest => (string[])[first, .. rest]));

    /// <summary>The schema with its fields in this order; the row's own is written out where it comes first.</summary>
    private static string Ordered(string[] order)
    {
        const string Row = """{"type":"record","name":"Row","fields":[{"name":"id","type":"int"},{"name":"other","type":"int"}]}""";
        var first = order.First(f => f is "before" or "after");
        var fields = order.Select(f => f switch
        {
            "before" or "after" => $$"""{"name":"{{f}}","type":["null",{{(f == first ? Row : "\"Row\"")}}]}""",
            "source" => """{"name":"source","type":{"type":"record","name":"Source","fields":[{"name":"schema","type":"string"},{"name":"table","type":"string"},{"name":"lsn","type":["null","long"]}]}}""",
            _ => """{"name":"op","type":"string"}""",
        });
        return $$"""{"type":"record","name":"Envelope","fields":[{{string.Join(",", fields)}}]}""";
    }

    private static Core.Changes.ChangeEvent Change(string schema, SourceRecord record)
    {
        var pending = Decoded.OneAsync(new FixedSchemas((1, schema)), record);
        return ((DecodedRecord.Change)(pending.IsCompletedSuccessfully ? pending.Result : throw new InvalidOperationException("decoding waits"))).Event;
    }

    private static bool Agrees(List<(string Schema, string Value)> columns, int choice, bool negativeBlocks)
    {
        var fields = string.Join(",", columns.Select((c, i) => $$"""{"name":"c{{i}}","type":{{c.Schema}}}"""));
        var schema = Envelope.Replace("FIELDS", fields, StringComparison.Ordinal);
        var row = "{" + string.Join(",", columns.Select((c, i) => $"\"c{i}\":{c.Value}")) + "}";
        var image = "{\"Row\":" + row + "}";
        var json = Json.Replace("BEFORE", choice % 2 == 0 ? "null" : image, StringComparison.Ordinal).Replace("AFTER", image, StringComparison.Ordinal);
        var value = new AvroEncoder(negativeBlocks).Frame(1, schema, json);
        var change = Change(schema, new SourceRecord(new Core.Changes.RecordOrigin("t", 0, 0), 0, null, value, []));
        var random = new Random(choice);
        var mapped = Enumerable.Range(0, columns.Count).Where(i => i == 0 || random.Next(2) == 0).Select(i => $"c{i}").ToList();
        var projection = RecordProjection.Compile(1, AvroSchema.Parse(schema), mapped)!;
        var buffer = new ProjectionBuffer();
        var body = value.AsSpan(5);
        projection.Read(body, buffer);
        if (!projection.Row(body, buffer, new Placeholder())!.Equals(change.After!.Project(mapped))) return false;
        for (var length = 0; length < body.Length; length += 1 + (body.Length / 256)) // every cut of a short record, some hundred of a long one
        {
            if (projection.TryRead(body[..length], buffer)) return false;
        }

        return true;
    }
}
