using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Columns;
using CdcStripeSync.Debezium.Envelope;

namespace CdcStripeSync.Debezium.Json;

/// <summary>Columns as JsonConverter writes them, by Connect's schema where there is one.</summary>
/// <param name="areOfDocuments">What they hold is an application's own: nothing in it is a form of Connect's or the connector's.</param>
internal sealed class JsonColumns(Placeholder placeholder, bool areOfDocuments = false)
{
    /// <summary>MongoDB's documents nest a hundred levels, and each number may be a level more.</summary>
    private static readonly JsonDocumentOptions OfDocuments = new() { AllowDuplicateProperties = false, MaxDepth = 250 };

    private static readonly JsonColumns Members = new(new Placeholder(), areOfDocuments: true);

    /// <exception cref="FormatException">A value is not what the schema says; the message names the column.</exception>
    /// <param name="path">Before the column's name in that message.</param>
    public Row Read(JsonElement row, JsonElement? schema, string path = "")
    {
        var fields = Fields(schema);
        return Row.Of(row.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, Column(p, fields.TryGetValue(p.Name, out var known) ? known : null, path))));
    }

    /// <summary>A document of MongoDB, which its connector writes as text.</summary>
    public static RowImage Document(string text)
    {
        using var document = JsonDocument.Parse(text, OfDocuments);
        return new RowImage(Members.Read(document.RootElement, null), RecordKey.Untold);
    }

    /// <summary>A value of a document that stands by itself, as text.</summary>
    public static ColumnValue Alone(string text)
    {
        using var document = JsonDocument.Parse(text, OfDocuments);
        return Members.Value(document.RootElement, null);
    }

    private ColumnValue Column(JsonProperty column, JsonElement? field, string path)
    {
        try
        {
            return column.Value.ValueKind == JsonValueKind.Null && IsRequired(field)
                ? throw new FormatException("null, and its schema has no null")
                : Value(column.Value, field);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or ArithmeticException or KeyNotFoundException || JsonFaults.Is(e))
        {
            throw new FormatException($"{e.Message} at field '{path}{column.Name}'", e);
        }
    }

    public static JsonElement? Field(JsonElement? schema, string name)
    {
        if (schema is not { } s || !s.TryGetProperty("fields", out var fields)) return null;
        foreach (var field in fields.EnumerateArray())
        {
            if (field.TryGetProperty("field", out var named) && named.ValueEquals(name)) return field;
        }

        return null;
    }

    /// <summary>What a field's schema says of its value; kept beyond the document.</summary>
    public static Func<string, FieldType> FieldTypes(JsonElement? schema)
    {
        var told = Fields(schema).Select(f => KeyValuePair.Create(f.Key, TypeOf(f.Value))).Where(f => f.Value != default).ToDictionary();
        return told.Count == 0 ? RecordKey.Untold : name => told.GetValueOrDefault(name);
    }

    private static FieldType TypeOf(JsonElement field)
    {
        var isOptional = field.TryGetProperty("optional", out var optional) && optional.ValueKind == JsonValueKind.True;
        var isMasked = field.TryGetProperty("parameters", out var parameters) && parameters.TryGetProperty(Filling.Masked, out _);
        var filling = isMasked ? default : Filling.Of(isOptional, field.TryGetProperty("default", out var given) ? given.ToString() : null, Member(field, "name"));
        return new FieldType(MeaningOf(field), Scale(field), filling);
    }

    /// <summary>By name, the first of each: looking for each column's from the beginning would take the square of their number.</summary>
    private static Dictionary<string, JsonElement> Fields(JsonElement? schema)
    {
        var named = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (schema is not { } s || !s.TryGetProperty("fields", out var fields)) return named;
        foreach (var field in fields.EnumerateArray())
        {
            if (Member(field, "field") is { } name) named.TryAdd(name, field);
        }

        return named;
    }

    /// <summary>Connect writes no null where a field is not optional, but for one that has a default.</summary>
    private static bool IsRequired(JsonElement? field) =>
        field is { } f && f.TryGetProperty("optional", out var optional) && optional.ValueKind == JsonValueKind.False && !f.TryGetProperty("default", out _);

    /// <exception cref="FormatException">The value is not what the schema says.</exception>
    public ColumnValue Value(JsonElement value, JsonElement? schema) => value.ValueKind switch
    {
        JsonValueKind.Null => ColumnValue.Null,
        JsonValueKind.True => ColumnValue.Of(true),
        JsonValueKind.False => ColumnValue.Of(false),
        JsonValueKind.Number => Number(value, schema),
        JsonValueKind.String => Text(value, schema),
        JsonValueKind.Array => Array(value, schema),
        JsonValueKind.Object => Object(value, schema),
        _ => throw new FormatException($"JSON kind {value.ValueKind} is no column"),
    };

    private static ColumnValue Number(JsonElement value, JsonElement? schema)
    {
        if (Member(schema, "type") is "float" or "double" or "float32" or "float64") return ColumnValue.Of(value.GetDouble());
        if (Member(schema, "type") == "bytes") return ColumnValue.Of(ExactDecimal.Parse(value.GetRawText())); // JsonConverter's decimal.format=NUMERIC
        if (value.TryGetInt64(out var integer)) return SemanticTypes.Integer(MeaningOf(schema), integer);
        return schema is null ? WithoutSchema(value) : ColumnValue.Of(ExactDecimal.Parse(value.GetRawText()));
    }

    /// <summary>A double, or a decimal under <c>decimal.format=NUMERIC</c>: where a double would lose digits it was none.</summary>
    private static ColumnValue WithoutSchema(JsonElement value)
    {
        var number = value.GetDouble();
        var isExact = ExactDecimal.TryParse(value.GetRawText(), out var exact)
            && !(ExactDecimal.TryParse(number.ToString("R", CultureInfo.InvariantCulture), out var held) && held == exact);
        return isExact ? ColumnValue.Of(exact) : ColumnValue.Of(number);
    }

    private ColumnValue Text(JsonElement value, JsonElement? schema)
    {
        var text = value.GetString()!;
        if (!areOfDocuments && placeholder.Is(text)) return ColumnValue.Unavailable;
        if (Member(schema, "type") is "float" or "double" && NotFinite(text) is { } special) return ColumnValue.Of(special);
        if (Member(schema, "type") != "bytes") return SemanticTypes.Text(MeaningOf(schema), text);
        var bytes = Convert.FromBase64String(text);
        if (placeholder.Is(bytes)) return ColumnValue.Unavailable;
        var meaning = SemanticTypes.Of(Member(schema, "name"));
        return SemanticTypes.Bytes(meaning, meaning == Meaning.Decimal ? Sane(bytes) : bytes, Scale(schema));
    }

    /// <summary>What JSON has no number for, JsonConverter writes as text.</summary>
    private static double? NotFinite(string text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => null,
    };

    private ColumnValue Array(JsonElement value, JsonElement? schema)
    {
        JsonElement? items = schema is { } s && s.TryGetProperty("items", out var i) ? i : null;
        ImmutableArray<ColumnValue> read = [.. value.EnumerateArray().Select(v => Value(v, items))];
        return !areOfDocuments && placeholder.Is(read, Scale(items)) ? ColumnValue.Unavailable : ColumnValue.Of(read);
    }

    private ColumnValue Object(JsonElement value, JsonElement? schema)
    {
        if (areOfDocuments) return ColumnValue.Json(value.GetRawText());
        var name = Member(schema, "name");
        if (StructuredTime.Is(name)) return StructuredTime.Of(name!, Parts(value), schema!.Value.TryGetProperty("parameters", out var told) ? Member(told, StructuredTime.Kind) : null);
        if (name == "io.debezium.data.VariableScaleDecimal" || (schema is null && IsVariableScale(value))) return VariableScale(value);
        var isMap = Member(schema, "type") == "map";
        if ((isMap || schema is null) && IsUnchangedMap(value, isMap)) return ColumnValue.Unavailable;
        if (!isMap) return IsUnchangedGeometry(value, schema) ? ColumnValue.Unavailable : ColumnValue.Json(value.GetRawText());
        if (schema!.Value.TryGetProperty("values", out var values) && Member(values, "type") is "struct" or "map" or "array") return ColumnValue.Json(value.GetRawText());
        return ColumnValue.Of(value.EnumerateObject().ToImmutableSortedDictionary(p => p.Name, p => p.Value.ValueKind == JsonValueKind.Null ? null : p.Value.ToString(), StringComparer.Ordinal));
    }

    private ColumnValue VariableScale(JsonElement value)
    {
        var unscaled = value.GetProperty("value").GetBytesFromBase64();
        return placeholder.Is(unscaled) ? ColumnValue.Unavailable : DecimalBytes.Read(Sane(unscaled), Sane(value.GetProperty("scale").GetInt32()));
    }

    /// <summary>An hstore's placeholder has the text for a name. Without a schema a value that is it may be another structure's.</summary>
    private bool IsUnchangedMap(JsonElement value, bool isMap) =>
        value.EnumerateObject().Any(p => placeholder.Is(p.Name) || (isMap && p.Value.ValueKind == JsonValueKind.String && placeholder.Is(p.Value.GetString()!)));

    private Dictionary<string, ColumnValue> Parts(JsonElement value) => value.EnumerateObject().ToDictionary(p => p.Name, p => Value(p.Value, null), StringComparer.Ordinal);

    private static bool IsUnchangedGeometry(JsonElement value, JsonElement? schema)
    {
        if (schema is not null && Member(schema, "name")?.StartsWith("io.debezium.data.geometry.", StringComparison.Ordinal) != true) return false;
        if (value.TryGetProperty("x", out var x) && x.ValueKind == JsonValueKind.Number && Placeholder.IsGeometry("x", ColumnValue.Of(x.GetDouble()))) return true;
        return value.TryGetProperty("wkb", out var wkb) && wkb.ValueKind == JsonValueKind.String && wkb.TryGetBytesFromBase64(out var bytes)
            && Placeholder.IsGeometry("wkb", ColumnValue.Of(bytes));
    }

    /// <summary>Connect's semantic name, or what the database's own type adds where that is passed on.</summary>
    private static Meaning MeaningOf(JsonElement? schema) => SemanticTypes.Of(
        Member(schema, "name") ?? (schema is { } s && s.TryGetProperty("parameters", out var parameters) ? SemanticTypes.OfSource(Member(parameters, SemanticTypes.SourceType)) : null));

    private static bool IsVariableScale(JsonElement value) =>
        value.EnumerateObject().Count() == 2 && value.TryGetProperty("scale", out var scale) && scale.ValueKind == JsonValueKind.Number && scale.TryGetInt32(out _)
        && value.TryGetProperty("value", out var bytes) && bytes.ValueKind == JsonValueKind.String && bytes.TryGetBytesFromBase64(out _);

    private static int Scale(JsonElement? schema) =>
        schema is { } s && s.TryGetProperty("parameters", out var parameters) && parameters.TryGetProperty("scale", out var scale)
        && int.TryParse(scale.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var given) ? Sane(given) : 0;

    private static byte[] Sane(byte[] unscaled) => DecimalBytes.Fits(unscaled) ? unscaled : throw new FormatException($"a decimal has {unscaled.Length} bytes");

    private static int Sane(int scale) => DecimalBytes.IsScale(scale) ? scale : throw new FormatException($"a decimal's scale is {scale}");

    private static string? Member(JsonElement? schema, string name) =>
        schema is { } s && s.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
