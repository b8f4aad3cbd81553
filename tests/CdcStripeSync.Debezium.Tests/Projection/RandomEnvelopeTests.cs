using System.Globalization;
using System.Text.Json;
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

    private sealed record Shape(string Name, string Type, string Value);

    [Fact]
    public void Columns_OfRandomTables_AreTheGenericDecoders()
    {
        var tables = Shapes(3).NonEmptyListOf().Zip(Gen.Choose(0, int.MaxValue)).Zip(Gen.Elements(true, false));
        Prop.ForAll(tables.ToArbitrary(), table => Agrees([.. table.Item1.Item1], table.Item1.Item2, table.Item2)).QuickCheckThrowOnFailure();
    }

    private static bool Agrees(List<Shape> columns, int choice, bool negativeBlocks)
    {
        var fields = string.Join(",", columns.Select((c, i) => $$"""{"name":"c{{i}}","type":{{c.Type}}}"""));
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
        for (var length = 0; length < body.Length; length++)
        {
            if (projection.TryRead(body[..length], buffer)) return false;
        }

        return true;
    }

    private static Gen<Shape> Shapes(int depth)
    {
        var name = Gen.Choose(0, int.MaxValue).Zip(Gen.Choose(0, int.MaxValue)).Select(n => string.Create(CultureInfo.InvariantCulture, $"N{n.Item1}_{n.Item2}"));
        var plain = Gen.OneOf(
            ArbMap.Default.GeneratorFor<long>().Select(n => new Shape("long", "\"long\"", n.ToString(CultureInfo.InvariantCulture))),
            ArbMap.Default.GeneratorFor<int>().Select(n => new Shape("int", "\"int\"", n.ToString(CultureInfo.InvariantCulture))),
            ArbMap.Default.GeneratorFor<bool>().Select(b => new Shape("boolean", "\"boolean\"", b ? "true" : "false")),
            Gen.Choose(-1_000, 1_000).Select(n => new Shape("double", "\"double\"", (n / 8.0).ToString("R", CultureInfo.InvariantCulture))),
            Gen.Elements("", "a", "é👕", "__debezium_unavailable_value", "a longer text than sixty-four bytes, so that its length takes two of them").Select(t => new Shape("string", "\"string\"", JsonSerializer.Serialize(t))),
            Gen.Elements("", "ÿ\u0001", "abc").Select(t => new Shape("bytes", "\"bytes\"", JsonSerializer.Serialize(t))),
            name.Select(n => new Shape(n, $$"""{"type":"fixed","name":"{{n}}","size":3}""", "\"abc\"")),
            name.Zip(Gen.Elements("A", "B")).Select(e => new Shape(e.Item1, $$"""{"type":"enum","name":"{{e.Item1}}","symbols":["A","B"]}""", $"\"{e.Item2}\"")));
        if (depth == 0) return plain;
        var inner = Shapes(depth - 1);
        var optional = inner.Where(s => s.Name != "union").Zip(Gen.Choose(0, 3)).Select(s => new Shape(
            "union", s.Item2 % 2 == 0 ? $"[\"null\",{s.Item1.Type}]" : $"[{s.Item1.Type},\"null\"]", s.Item2 < 2 ? "null" : $"{{\"{s.Item1.Name}\":{s.Item1.Value}}}"));
        var array = inner.Zip(Gen.Choose(0, 3)).Select(s => new Shape("array", $$"""{"type":"array","items":{{s.Item1.Type}}}""", $"[{string.Join(",", Enumerable.Repeat(s.Item1.Value, s.Item2))}]"));
        var map = inner.Zip(Gen.Choose(0, 3)).Select(s => new Shape("map", $$"""{"type":"map","values":{{s.Item1.Type}}}""", "{" + string.Join(",", Enumerable.Range(0, s.Item2).Select(i => $"\"k{i}\":{s.Item1.Value}")) + "}"));
        var record = inner.Zip(name).Select(s => new Shape(s.Item2, $$"""{"type":"record","name":"{{s.Item2}}","fields":[{"name":"x","type":{{s.Item1.Type}}},{"name":"y","type":"long"}]}""", $$"""{"x":{{s.Item1.Value}},"y":5}"""));
        return Gen.OneOf(plain, optional, array, map, record);
    }
}
