using System.Text;
using System.Text.Json;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Postgres.Tests.Store;

/// <summary>Whatever a decoder lets in, the store gives back: a row that could be written and not read would stop the engine at every start.</summary>
[Collection(nameof(PostgresServerCollection))]
public sealed class DecodedRowsTests(PostgresFixture postgres)
{
    private const int MostBytesOfADecimal = 62_501;

    [Theory]
    [InlineData("lists")]
    [InlineData("lists of a document")]
    [InlineData("decimal")]
    [InlineData("decimal of a large scale")]
    [InlineData("decimal of a negative scale")]
    [InlineData("number with an exponent")]
    public async Task Row_AsDeepOrLongAsADecoderLetsIn_ComesBackEqual(string what)
    {
        var document = JsonSerializer.Serialize($$"""{"_id":1,"c":{{Lists(240)}} }""");
        var json = what switch
        {
            "lists" => $$"""{"id":1,"c":{{Lists(60)}} }""",
            "lists of a document" => $$"""{"op":"c","after":{{document}},"source":{"connector":"mongodb","db":"public","collection":"prices"} }""",
            "decimal" => LongestDecimal("0"),
            "decimal of a large scale" => LongestDecimal("20000"),
            "decimal of a negative scale" => LongestDecimal("-20000"),
            _ => $$"""{"id":1,"c":{{new string('7', 149_000)}}e20000}""",
        };
        var record = new SourceRecord(new RecordOrigin("shop.public.prices", 0, 0), 0, null, Encoding.UTF8.GetBytes(json), []);
        var decoded = Assert.IsType<DecodedRecord.Change>(await new DebeziumDecoder(new NoSchemas(), new DecoderOptions()).DecodeAsync(record, CancellationToken.None));
        Assert.True(decoded.Event.After!["c"].HasValue);
        await using var open = await postgres.NewStoreAsync();

        await open.Store.WriteAsync(new StateBatch { Entities = [Sample.Small("1") with { Row = decoded.Event.After }] }, CancellationToken.None);

        var loaded = await open.Store.LoadAsync([Sample.Price("1")], CancellationToken.None);
        Assert.Equal(decoded.Event.After, loaded[Sample.Price("1")].Row);
    }

    private static string Lists(int depth) => new string('[', depth) + "1" + new string(']', depth);

    private static string LongestDecimal(string scale)
    {
        var bytes = new byte[MostBytesOfADecimal];
        Array.Fill(bytes, (byte)0x7f);
        return $$"""
            {"schema":{"type":"struct","fields":[{"field":"id","type":"int32"},{"field":"c","type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"{{scale}}"} }]},
            "payload":{"id":1,"c":"{{Convert.ToBase64String(bytes)}}"} }
            """;
    }

    private sealed class NoSchemas : ISchemaSource
    {
        public ValueTask<SchemaLookup> FindAsync(int id, CancellationToken cancellationToken) => ValueTask.FromResult(new SchemaLookup(null, "none"));
    }
}
