using System.Collections.Immutable;
using System.Text.Json;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping.Evaluation;

/// <summary>JSON in columns: following a path, and JSON values as column values.</summary>
internal static class JsonSteps
{
    /// <summary>The value at a path; null where there is none.</summary>
    public static Evaluated Follow(ColumnValue value, JsonPath path)
    {
        if (value.Kind is not (ColumnKind.Json or ColumnKind.Text or ColumnKind.Array or ColumnKind.Map))
        {
            return new Evaluated.Wrong($"'{Shown.Of(value)}' is no JSON, and the rule has the path {path}", "remove `path`, or name a JSON column");
        }

        try
        {
            using var document = JsonDocument.Parse(value.ToText()!);
            return Evaluated.Of(Column(path.Find(document.RootElement)));
        }
        catch (Exception e) when (JsonFaults.Is(e))
        {
            return new Evaluated.Wrong($"'{Shown.Of(value)}' is no JSON, and the rule has the path {path}", "correct the row, or remove `path`");
        }
    }

    /// <summary>A JSON column's content; null where its text is no JSON.</summary>
    public static ColumnValue? Content(ColumnValue json)
    {
        try
        {
            using var document = JsonDocument.Parse(json.AsText);
            return Column(document.RootElement);
        }
        catch (Exception e) when (JsonFaults.Is(e))
        {
            return null;
        }
    }

    /// <summary>A JSON column that holds a text, a number, true, false or null, as that; every other value as it is.</summary>
    public static ColumnValue Scalar(ColumnValue value) =>
        value.Kind == ColumnKind.Json && Content(value) is { Kind: not (ColumnKind.Json or ColumnKind.Array) } scalar ? scalar : value;

    /// <summary>JSON scalars and arrays as column values; an object stays JSON.</summary>
    public static ColumnValue Column(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => ColumnValue.Null,
        JsonValueKind.True => ColumnValue.Of(true),
        JsonValueKind.False => ColumnValue.Of(false),
        JsonValueKind.String => ColumnValue.Of(json.GetString()!),
        JsonValueKind.Number => json.TryGetInt64(out var integer) ? ColumnValue.Of(integer) : Number(json.GetRawText()),
        JsonValueKind.Array => ColumnValue.Of(json.EnumerateArray().Select(Column).ToImmutableArray()),
        JsonValueKind.Object => ColumnValue.Json(json.GetRawText()),
        _ => throw new InvalidOperationException($"{json.ValueKind} is no JSON value"),
    };

    /// <summary>A number too long to be one stays text, and the field's type then refuses it.</summary>
    private static ColumnValue Number(string text) => ExactDecimal.TryParse(text, out var number) ? ColumnValue.Of(number) : ColumnValue.Of(text);
}
