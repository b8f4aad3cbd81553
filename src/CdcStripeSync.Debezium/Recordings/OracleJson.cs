using System.Text.Json;

namespace CdcStripeSync.Debezium.Recordings;

/// <summary>Compares JSON with what a Java program wrote.</summary>
public static class OracleJson
{
    private const int DigitsOfFloat = 9;

    /// <summary>Whether both say the same: members in any order, and a floating point number in any of its texts.</summary>
    public static bool Same(JsonElement expected, JsonElement decoded) =>
        JsonElement.DeepEquals(expected, decoded) || (expected.ValueKind == decoded.ValueKind && expected.ValueKind switch
        {
            JsonValueKind.Number => SameNumber(expected, decoded),
            JsonValueKind.Array => expected.EnumerateArray().Count() == decoded.EnumerateArray().Count()
                && expected.EnumerateArray().Zip(decoded.EnumerateArray()).All(p => Same(p.First, p.Second)),
            JsonValueKind.Object => expected.EnumerateObject().Count() == decoded.EnumerateObject().Count()
                && expected.EnumerateObject().All(p => decoded.TryGetProperty(p.Name, out var mine) && Same(p.Value, mine)),
            _ => false,
        });

    /// <summary>One floating point number has many texts, and Java before 19 did not always write the shortest (JDK-4511638): with a point or an
    /// exponent, which Java writes for these numbers only, the number counts. A float's few digits are read as one.</summary>
    private static bool SameNumber(JsonElement expected, JsonElement decoded)
    {
        if (!expected.GetRawText().AsSpan().ContainsAny('.', 'E')) return false;
        var (one, other) = (expected.GetDouble(), decoded.GetDouble());
        var (narrow, narrowOther) = ((float)one, (float)other);
        return one.Equals(other) || (narrow.Equals(narrowOther) && narrow != 0 && float.IsFinite(narrow) && IsShort(expected) && IsShort(decoded));
    }

    private static bool IsShort(JsonElement number) =>
        number.GetRawText().TakeWhile(c => c is not ('E' or 'e')).Count(char.IsAsciiDigit) <= DigitsOfFloat;
}
