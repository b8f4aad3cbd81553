using System.Text.Json;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Debezium.Tests.Avro;
using CdcStripeSync.Debezium.Wire;
using FsCheck;
using FsCheck.Fluent;

namespace CdcStripeSync.Debezium.Tests.SecondOpinion;

/// <summary>Apache Avro's reader for .NET and this decoder read the same bytes alike, value for value and branch for branch.</summary>
public sealed class ApacheAvroTests
{
    public static TheoryData<string> AvroRecordings() => [.. Fixtures.Recordings.Where(r => !r.Contains("json", StringComparison.Ordinal))];

    [Fact]
    public void Values_OfRandomSchemas_AreReadAlike()
    {
        var written = AvroShapes.Values(AvroShapes.Of(3)).Zip(Gen.Elements(true, false));
        Prop.ForAll(written.ToArbitrary(), w => Agree(w.Item1.Schema, w.Item1.Value, negativeBlocks: w.Item2)).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
    }

    /// <summary>Not among them: an empty namespace, which is none by the specification and the enclosing one to Apache Avro 1.12.2
    /// (<see cref="AvroSchemaTests.Names_OfTheEmptyNamespace_HaveNone"/>).</summary>
    [Theory]
    [InlineData("""{"type":"record","name":"a.B","namespace":"x","fields":[{"name":"f","type":["null",{"type":"fixed","name":"F","size":1}]},{"name":"g","type":["F","null","int"]},{"name":"h","type":["null","a.B"]}]}""", """{"f":{"a.F":"\u0001"},"g":{"a.F":"\u00ff"},"h":null}""")]
    [InlineData("""{"type":"record","name":"O","namespace":"o","fields":[{"name":"in","type":{"type":"record","name":"I","namespace":"i","fields":[{"name":"e","type":[{"type":"enum","name":"E","symbols":["S","T"]},"long"]}]}},{"name":"out","type":["null","i.E","i.I","O"]}]}""", """{"in":{"e":{"i.E":"S"}},"out":{"i.I":{"e":{"long":-1}}}}""")]
    [InlineData("""[{"type":"record","name":"R","fields":[{"name":"x","type":{"type":{"type":"long"}}},{"name":"y","type":{"type":["null","R"]}}]},"null"]""", """{"R":{"x":5,"y":{"R":{"x":6,"y":null}}}}""")]
    [InlineData("""{"type":"array","items":{"type":"record","name":"Empty","fields":[]}}""", "[{},{},{}]")]
    [InlineData("""{"type":"map","values":{"type":"array","items":["null"]}}""", """{"":[null,null],"b":[]}""")]
    public void Schemas_OfTheRarerForms_AreReadAlike(string schema, string value) => Agree(schema, value, negativeBlocks: false);

    [Theory]
    [MemberData(nameof(AvroRecordings))]
    public void Records_OfARecording_AreReadAlike(string name)
    {
        var recording = Recording.Open(Fixtures.Folder(name));
        var schemas = recording.SchemaTexts.ToDictionary(s => s.Key, s => (Apache: global::Avro.Schema.Parse(s.Value), Own: AvroSchema.Parse(s.Value)));
        var compared = 0;
        foreach (var record in recording.Records().Select(r => r.Record))
        {
            foreach (var part in new[] { record.Key, record.Value })
            {
                if (part is not { Length: > 0 } bytes || ConfluentFrame.TryRead(bytes, out var frame) is not null) continue;
                var (apache, own) = schemas[frame.SchemaId];
                OwnDecoder.AssertSame(ApacheReader.Json(apache, frame.Body.ToArray()), OwnDecoder.Json(own, frame.Body), own, $"{record.Origin}");
                compared++;
            }
        }

        Assert.True(compared > 0);
    }

    private static void Agree(string schema, string value, bool negativeBlocks)
    {
        var (written, own) = (JsonElement.Parse(value), AvroSchema.Parse(schema));
        var body = new AvroEncoder(negativeBlocks).Encode(own, written);
        OwnDecoder.AssertSame(written, OwnDecoder.Json(own, body), own, schema);
        OwnDecoder.AssertSame(written, ApacheReader.Json(global::Avro.Schema.Parse(schema), body), own, schema);
    }
}
