using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Avro.Generic;

namespace CdcStripeSync.Debezium.Tests.SecondOpinion;

/// <summary>What Apache Avro's reader read, in Avro's JSON encoding.</summary>
internal static class ApacheJson
{
    public static JsonNode? Of(object? value) => value switch
    {
        null => null,
        bool flag => flag,
        int number => number,
        long number => number,
        float number => float.IsFinite(number) ? JsonNode.Parse(number.ToString("R", CultureInfo.InvariantCulture)) : number.ToString(CultureInfo.InvariantCulture),
        double number => double.IsFinite(number) ? JsonNode.Parse(number.ToString("R", CultureInfo.InvariantCulture)) : number.ToString(CultureInfo.InvariantCulture),
        string text => text,
        byte[] bytes => Encoding.Latin1.GetString(bytes),
        GenericFixed bytes => Encoding.Latin1.GetString(bytes.Value),
        GenericEnum symbol => symbol.Value,
        UnionBranch { Value: null } => null,
        UnionBranch branch => new JsonObject { [branch.Name] = Of(branch.Value) },
        GenericRecord record => new JsonObject(record.Schema.Fields.Select(f => KeyValuePair.Create(f.Name, Of(record[f.Name])))),
        IDictionary<string, object?> map => new JsonObject(map.Select(m => KeyValuePair.Create(m.Key, Of(m.Value)))),
        System.Collections.IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(Of)]),
        _ => throw new InvalidOperationException($"Apache Avro read a {value.GetType()}"),
    };
}
