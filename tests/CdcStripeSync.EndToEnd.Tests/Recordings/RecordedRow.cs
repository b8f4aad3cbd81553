using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace CdcStripeSync.EndToEnd.Tests.Recordings;

/// <summary>A row image of a recording's oracle, made plain by the schemas' texts alone: unions opened, decimals as text. Knows nothing of the decoder under test.</summary>
internal static class RecordedRow
{
    /// <param name="columns">The Avro fields of the row's schema.</param>
    public static Dictionary<string, JsonNode?> OfAvro(JsonObject row, JsonArray columns) =>
        columns.ToDictionary(c => c!["name"]!.GetValue<string>(), c => Plain(row[c!["name"]!.GetValue<string>()], c!["type"]!), StringComparer.Ordinal);

    /// <param name="columns">Connect's fields; null where the JSON came without a schema.</param>
    public static Dictionary<string, JsonNode?> OfJson(JsonObject row, JsonArray? columns) => row.ToDictionary(
        c => c.Key,
        c => columns?.FirstOrDefault(f => f!["field"]!.GetValue<string>() == c.Key) is { } field && field["name"]?.GetValue<string>() == "org.apache.kafka.connect.data.Decimal" && c.Value is not null
            ? Number(Convert.FromBase64String(c.Value.GetValue<string>()), field["parameters"]!["scale"]!.GetValue<string>())
            : c.Value?.DeepClone(),
        StringComparer.Ordinal);

    private static JsonNode? Plain(JsonNode? value, JsonNode type)
    {
        if (type is JsonArray union)
        {
            if (value is null) return null;
            var (branch, inner) = value.AsObject().Single();
            return Plain(inner, union.First(b => NameOf(b!) == branch)!);
        }

        if (type is JsonObject { } named)
        {
            if (named["connect.name"]?.GetValue<string>() == "org.apache.kafka.connect.data.Decimal")
                return Number([.. value!.GetValue<string>().Select(c => (byte)c)], named["scale"]!.ToString());
            if (named["type"]!.ToString() == "array") return new JsonArray([.. value!.AsArray().Select(v => Plain(v, named["items"]!))]);
        }

        return value?.DeepClone();
    }

    /// <summary>Within one row, whose schemas use only these kinds in unions.</summary>
    private static string NameOf(JsonNode branch) => branch is JsonObject named
        ? named["type"]!.ToString() is "record" or "enum" or "fixed" ? FullName(named) : named["type"]!.ToString()
        : branch.ToString();

    private static string FullName(JsonObject named) => named["namespace"] is { } space ? $"{space}.{named["name"]}" : named["name"]!.ToString();

    private static JsonValue Number(byte[] unscaled, string scale)
    {
        var digits = int.Parse(scale, CultureInfo.InvariantCulture);
        var number = new BigInteger(unscaled, isUnsigned: false, isBigEndian: true);
        return JsonValue.Create(((decimal)number / (decimal)BigInteger.Pow(10, digits)).ToString(CultureInfo.InvariantCulture));
    }
}
