using System.Globalization;
using System.Text.Json;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Columns;
using CdcStripeSync.Debezium.Json;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>One column of a key that came without a schema: read as what the same column of another key is known to be.</summary>
internal static class KeyValue
{
    private static readonly JsonColumns Plain = new(new Placeholder());

    /// <exception cref="FormatException">It is no such value: a key that was half understood would name another row.</exception>
    public static ColumnValue OfJson(JsonElement value, ColumnValue like, FieldType type) => Same(like, value.ValueKind switch
    {
        JsonValueKind.Number when like.Kind != ColumnKind.Decimal && value.TryGetInt64(out var number) => SemanticTypes.Integer(type.Meaning, number),
        JsonValueKind.Number => ColumnValue.Of(ExactDecimal.Parse(value.GetRawText())),
        JsonValueKind.String => OfText(value.GetString()!, type),
        _ => Plain.Value(value, null),
    });

    /// <summary>By Java's <c>toString</c>.</summary>
    /// <inheritdoc cref="OfJson"/>
    public static ColumnValue OfJava(string text, ColumnValue like, FieldType type) => Same(like, like.Kind switch
    {
        ColumnKind.Boolean => ColumnValue.Of(text == "true"),
        ColumnKind.Decimal when ExactDecimal.TryParse(text, out var number) => ColumnValue.Of(number),
        ColumnKind.Integer or ColumnKind.Date or ColumnKind.Time or ColumnKind.Timestamp
            when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => SemanticTypes.Integer(type.Meaning, number),
        _ => SemanticTypes.Text(type.Meaning, text),
    });

    /// <summary>Connect writes a time at midnight as a date, and bytes in base64: a decimal is bytes to JsonConverter.</summary>
    private static ColumnValue OfText(string text, FieldType type) => type.Meaning switch
    {
        Meaning.Decimal => DecimalBytes.Read(Convert.FromBase64String(text), type.Scale),
        Meaning.TimestampMillis when !text.Contains('T', StringComparison.Ordinal) => SemanticTypes.Text(type.Meaning, text + "T00:00:00Z"),
        _ => SemanticTypes.Text(type.Meaning, text),
    };

    /// <summary>Times before 1970-01-02 are written without their day, for example.</summary>
    private static ColumnValue Same(ColumnValue like, ColumnValue value)
    {
        var isSame = !like.HasValue || !value.HasValue || like.Kind switch
        {
            ColumnKind.Integer or ColumnKind.Decimal or ColumnKind.Double => value.Kind is ColumnKind.Integer or ColumnKind.Decimal or ColumnKind.Double,
            ColumnKind.Date or ColumnKind.Time or ColumnKind.Timestamp => value.Kind == like.Kind,
            _ => true,
        };
        return isSame ? value : throw new FormatException($"{value} is no {like.Kind}");
    }
}
