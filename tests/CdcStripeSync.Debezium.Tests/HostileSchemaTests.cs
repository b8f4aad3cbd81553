using System.Globalization;
using System.Text;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Projection;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests;

/// <summary>Schemas that a registry should not hold: neither compiling them nor reading by them takes longer than the record is long.</summary>
public sealed class HostileSchemaTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Record_ThatDoublesFortyTimesWithoutAByte_IsRefusedAtOnce() => await AtOnceAsync(async () =>
    {
        var record = new SourceRecord(new RecordOrigin("p.s.t", 0, 0), 0, null, new byte[] { 0, 0, 0, 0, 1 }, []);
        Assert.IsType<DecodedRecord.Unreadable>(await Decoded.OneAsync(new FixedSchemas((1, Doubling(40))), record));
    });

    [Fact]
    public async Task Envelope_WithAFieldThatDoublesFortyTimes_IsNotLaidOutForEver() => await AtOnceAsync(() =>
    {
        var schema = AvroSchema.Parse($$$"""
            {"type":"record","name":"Envelope","fields":[{"name":"extra","type":{"type":"array","items":{{{Doubling(40)}}}}},{"name":"more","type":"R39"},
            {"name":"after","type":{"type":"record","name":"Value","fields":[{"name":"id","type":"int"}]}},
            {"name":"source","type":{"type":"record","name":"Source","fields":[{"name":"table","type":"string"}]}},{"name":"op","type":"string"}]}
            """);
        var projection = RecordProjection.Compile(1, schema, ["id"])!;
        Assert.True(projection.TryRead([2, 0, 2, 2, (byte)'t', 2, (byte)'u'], new ProjectionBuffer()));
        return Task.CompletedTask;
    });

    [Fact]
    public async Task Map_ThatNestsInItselfFortyTimes_IsNotEscapedFortyTimes() => await AtOnceAsync(async () =>
    {
        const int Levels = 40;
        const string Schema = """{"type":"record","name":"Value","fields":[{"name":"c","type":{"type":"record","name":"N","fields":[{"name":"m","type":{"type":"map","values":"N"}}]}}]}""";
        byte[] body = [.. Enumerable.Repeat<byte[]>([2, 2, (byte)'k'], Levels).SelectMany(b => b), 0, .. new byte[Levels]];
        var record = new SourceRecord(new RecordOrigin("p.s.t", 0, 0), 0, null, Avro.AvroEncoder.Frame(1, body), []);
        var value = Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(new FixedSchemas((1, Schema)), record)).Event.After!["c"];
        Assert.Equal(string.Concat(Enumerable.Repeat("""{"m":{"k":""", Levels)) + """{"m":{}}""" + string.Concat(Enumerable.Repeat("}}", Levels)), value.AsText);
    });

    [Fact]
    public async Task Records_EachOfWhichHoldsTheOneBefore_AreNeitherLaidOutNorMeasuredToTheirEnd() => await AtOnceAsync(async () =>
    {
        const int Records = 20_000;
        var chain = Enumerable.Range(1, Records).Select(i => string.Create(
            CultureInfo.InvariantCulture, $$"""{"type":"record","name":"A{{i}}","fields":[{"name":"f","type":"A{{i - 1}}"}]}"""));
        var text = $$$"""
            {"type":"record","name":"Envelope","fields":[
            {"name":"all","type":[{"type":"record","name":"A0","fields":[{"name":"x","type":"int"}]},{{{string.Join(',', chain)}}}]},
            {"name":"list","type":{"type":"array","items":"A{{{Records}}}"}},{"name":"one","type":["null","A{{{Records}}}"]},
            {"name":"after","type":{"type":"record","name":"Value","fields":[{"name":"id","type":"int"}]}},
            {"name":"source","type":{"type":"record","name":"Source","fields":[{"name":"table","type":"string"}]}},{"name":"op","type":"string"}]}
            """;
        byte[] body = [0, 2, 0, 0, 2, 2, (byte)'t', 2, (byte)'u'];
        Assert.True(RecordProjection.Compile(1, AvroSchema.Parse(text), ["id"])!.TryRead(body, new ProjectionBuffer()));
        var record = new SourceRecord(new RecordOrigin("p.s.t", 0, 0), 0, null, Avro.AvroEncoder.Frame(1, body), []);
        Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(new FixedSchemas((1, text)), record));
    });

    [Fact]
    public async Task JsonRow_OfManyColumnsWithTheirSchema_IsReadAtOnce() => await AtOnceAsync(async () =>
    {
        const int Columns = 60_000;
        var fields = string.Join(',', Enumerable.Range(0, Columns).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""{"type":"int32","optional":false,"field":"c{{i}}"}""")));
        var values = string.Join(',', Enumerable.Range(0, Columns).Select(i => string.Create(CultureInfo.InvariantCulture, $"\"c{i}\":{i}")));
        var json = $$"""{"schema":{"type":"struct","fields":[{{fields}}]},"payload":{ {{values}} } }""";
        var record = new SourceRecord(new RecordOrigin("p.s.t", 0, 0), 0, null, Encoding.UTF8.GetBytes(json), []);
        Assert.Equal(Columns, Assert.IsType<DecodedRecord.Change>(await Decoded.OneAsync(new FixedSchemas(), record)).Event.After!.Count);
    });

    /// <summary>Records of two records each, at the bottom of which stand nulls.</summary>
    private static string Doubling(int levels)
    {
        var inner = "\"null\"";
        for (var level = 0; level < levels; level++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"R{level}");
            var again = level == 0 ? "\"null\"" : string.Create(CultureInfo.InvariantCulture, $"\"R{level - 1}\"");
            inner = $$"""{"type":"record","name":"{{name}}","fields":[{"name":"a","type":{{inner}}},{"name":"b","type":{{again}}}]}""";
        }

        return inner;
    }

    private static async Task AtOnceAsync(Func<Task> work)
    {
        var working = Task.Run(work);
        Assert.Same(working, await Task.WhenAny(working, Task.Delay(Patience)));
        await working;
    }
}
