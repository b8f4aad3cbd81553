using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CdcStripeSync.DevStack.Avro;

namespace CdcStripeSync.DevStack.Connector.Columns;

/// <summary>Reads a column's default from the expression that PostgreSQL shows, as far as Debezium does: constants, and a zero for calls.</summary>
/// <remarks>Source: Debezium's PostgresDefaultValueConverter: a function call (nextval, now) stands as the type's zero.</remarks>
internal static partial class ColumnDefault
{
    /// <summary>The default as an Avro value, or null when the schema gets none (none set, NULL, an array, not a constant).</summary>
    public static object? Read(string? expression, ColumnType type)
    {
        if (expression is null || type.Avro is AvroArray or AvroRecord)
            return null;
        var text = Unwrapped(expression.Trim());
        if (FunctionCall().IsMatch(text))
            return type.Zero;
        return Literal(text) is { } literal ? Parsed(literal, type) : null;
    }

    public static JsonNode? ToJson(object? value) => value switch
    {
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        float number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        byte[] bytes => JsonValue.Create(System.Text.Encoding.Latin1.GetString(bytes)),
        _ => null,
    };

    private static object? Parsed(string literal, ColumnType type)
    {
        try
        {
            return type.Parse(literal);
        }
        catch (Exception e) when (e is FormatException or OverflowException or IndexOutOfRangeException or ArgumentException)
        {
            return null;
        }
    }

    private static string? Literal(string text)
    {
        if (text.StartsWith('\''))
            return QuotedWithCast().Match(text) is { Success: true } match ? match.Groups[1].Value.Replace("''", "'", StringComparison.Ordinal) : null;
        return text switch
        {
            "true" => "t",
            "false" => "f",
            _ => Number().Match(text) is { Success: true } match ? match.Groups[1].Value : null,
        };
    }

    private static string Unwrapped(string text)
    {
        while (Wrapped().Match(text) is { Success: true } match)
            text = match.Groups[1].Value + match.Groups[2].Value;
        return text;
    }

    [GeneratedRegex(@"^\(([^()]*)\)(::[\w .""\[\]]+(?:\(\d+(?:,\d+)?\))?)?$")]
    private static partial Regex Wrapped();

    [GeneratedRegex(@"^[A-Za-z_][\w.]*\(.*\)(::.*)?$|^(CURRENT_|LOCALTIME)", RegexOptions.Singleline)]
    private static partial Regex FunctionCall();

    [GeneratedRegex(@"^'((?:[^']|'')*)'(::[^']+)*$", RegexOptions.Singleline)]
    private static partial Regex QuotedWithCast();

    [GeneratedRegex(@"^(-?\d+(?:\.\d+)?)(::.*)?$")]
    private static partial Regex Number();
}
