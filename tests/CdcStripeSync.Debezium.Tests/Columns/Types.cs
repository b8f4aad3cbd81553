using System.Text;
using System.Text.Json.Nodes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Tests.Avro;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Columns;

/// <summary>One column of a given Avro type, encoded and decoded.</summary>
internal static class Types
{
    public static async Task<ColumnValue> ReadAsync(string type, string value, DecoderOptions? options = null)
    {
        var schema = $$"""{"type":"record","name":"Value","fields":[{"name":"c","type":{{type}}}]}""";
        var record = new SourceRecord(new Core.Changes.RecordOrigin("p.public.t", 0, 0), 0, null, new AvroEncoder().Frame(1, schema, $$"""{"c":{{value}}}"""), []);
        return ((DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas((1, schema)), record, options)).Event.After!["c"];
    }

    /// <summary>The same of JSON without schemas.</summary>
    public static async Task<ColumnValue> JsonAsync(string value)
    {
        var record = new SourceRecord(new Core.Changes.RecordOrigin("p.public.t", 0, 0), 0, null, Encoding.UTF8.GetBytes($$"""{"c":{{value}}}"""), []);
        return ((DecodedRecord.Change)await Decoded.OneAsync(new FixedSchemas(), record)).Event.After!["c"];
    }

    public static string Connect(string kind, string name, string more = "") => $$"""{"type":"{{kind}}","connect.name":"{{name}}"{{more}}}""";

    public static string Array(string item) => $$"""{"type":"array","items":["null",{{item}}]}""";

    /// <summary>Items of an array whose item type is the union's second branch.</summary>
    public static string Items(string branch, IEnumerable<JsonNode?> items) =>
        new JsonArray([.. items.Select(i => new JsonObject { [branch] = i })]).ToJsonString();
}
