using System.Text.Json;
using CdcStripeSync.Debezium.Avro;
using FsCheck;
using FsCheck.Fluent;

namespace CdcStripeSync.Debezium.Tests.Avro;

/// <summary>Random schemas with random values: what the encoder wrote, the decoder reads back, and skipping ends where reading does.</summary>
public sealed class RandomSchemaTests
{
    [Fact]
    public void Values_OfRandomSchemas_RoundTrip()
    {
        var written = AvroShapes.Values(AvroShapes.Of(4)).Zip(Gen.Elements(true, false));
        Prop.ForAll(written.ToArbitrary(), w =>
        {
            var ((text, value), negativeBlocks) = w;
            var (schema, json) = (AvroSchema.Parse(text), JsonElement.Parse(value));
            var bytes = new AvroEncoder(negativeBlocks).Encode(schema, json);
            OwnDecoder.AssertSame(json, OwnDecoder.Json(schema, bytes), schema, text);
            var skipping = new AvroReader(bytes);
            skipping.Skip(schema);
            Assert.Equal(0, skipping.Remaining);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
    }
}
