using System.Text.Json;
using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Debezium.Recordings;

/// <summary>Compares JSON with what a Java program wrote.</summary>
public static class OracleJson
{
    /// <summary>Whether both say the same: members in any order, and a floating point number in any of its texts.</summary>
    /// <param name="schema">What both are of, in Avro's JSON encoding; null where it is not known. It tells a float, of which fewer digits count, from a double.</param>
    public static bool Same(JsonElement expected, JsonElement decoded, AvroSchema? schema = null) =>
        expected.ValueKind == decoded.ValueKind && expected.ValueKind switch
        {
            JsonValueKind.Number => SameNumber(expected, decoded, schema?.Kind == AvroKind.Float),
            JsonValueKind.Array => expected.GetArrayLength() == decoded.GetArrayLength()
                && expected.EnumerateArray().Zip(decoded.EnumerateArray()).All(p => Same(p.First, p.Second, schema?.Element)),
            JsonValueKind.Object => expected.EnumerateObject().Count() == decoded.EnumerateObject().Count()
                && expected.EnumerateObject().All(p => decoded.TryGetProperty(p.Name, out var mine) && Same(p.Value, mine, Member(schema, p.Name))),
            _ => JsonElement.DeepEquals(expected, decoded),
        };

    /// <summary>The schema of an object's member: a record's field, a map's value, a union's branch.</summary>
    public static AvroSchema? Member(AvroSchema? schema, string name) => schema?.Kind switch
    {
        AvroKind.Record => schema.Field(name)?.Schema,
        AvroKind.Union => schema.Branches.FirstOrDefault(b => b.Name == name),
        _ => schema?.Element,
    };

    /// <summary>One floating point number has many texts, and Java before 19 did not always write the shortest (JDK-4511638): with a point or an
    /// exponent, which Java writes for these numbers only, the number counts, and the sign of zero with it.</summary>
    private static bool SameNumber(JsonElement expected, JsonElement decoded, bool isFloat)
    {
        if (!expected.GetRawText().AsSpan().ContainsAny('.', 'e', 'E')) return JsonElement.DeepEquals(expected, decoded);
        var (one, other) = (expected.GetDouble(), decoded.GetDouble());
        return IsSame(one, other) || (isFloat && IsSame((float)one, (float)other));
    }

    private static bool IsSame(double one, double other) => BitConverter.DoubleToInt64Bits(one) == BitConverter.DoubleToInt64Bits(other);
}
