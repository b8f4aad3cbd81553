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

    private const string Json = """{"before":BEFORE,"after":AFTER,"source":{"schema":"s","table":"t","lsn":{"long":7}},"op":"u"}""";

    [Fact]
    public void Columns_OfRandomTables_AreTheGenericDecoders()
    {
        var tables = AvroShapes.Values(AvroShapes.Of(2)).NonEmptyListOf().Zip(Gen.Choose(0, int.MaxValue)).Zip(Gen.Elements(true, false));
        Prop.ForAll(tables.ToArbitrary(), table => Agrees([.. table.Item1.Item1], table.Item1.Item2, table.Item2)).QuickCheckThrowOnFailure();
    }

    private static bool Agrees(List<(string Schema, string Value)> columns, int choice, bool negativeBlocks)
    {
        var fields = string.Join(",", columns.Select((c, i) => $$"""{"name":"c{{i}}","type":{{c.Schema}}}"""));
        var schema = Envelope.Replace("FIELDS", fields, StringComparison.Ordinal);
        var row = "{" + string.Join(",", columns.Select((c, i) => $"\"c{i}\":{c.Value}")) + "}";
        var image = "{\"Row\":" + row + "}";
        var json = Json.Replace("BEFORE", choice % 2 == 0 ? "null" : image, StringComparison.Ordinal).Replace("AFTER", image, StringComparison.Ordinal);
        var value = new AvroEncoder(negativeBlocks).Frame(1, schema, json);
        var schemas = new FixedSchemas((1, schema));
        var record = new SourceRecord(new Core.Changes.RecordOrigin("t", 0, 0), 0, null, value, []);
        var pending = Decoded.OneAsync(schemas, record);
        var change = ((DecodedRecord.Change)(pending.IsCompletedSuccessfully ? pending.Result : throw new InvalidOperationException("decoding waits"))).Event;
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
