using System.Text;
using System.Text.Json;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Columns;
using CdcStripeSync.Debezium.Json;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>The headers by which the halves of a primary-key change name each other, whatever the record's shape.</summary>
internal static class HeaderKey
{
    private const string OldHeader = "__debezium.oldkey";
    private const string NewHeader = "__debezium.newkey";
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly JsonColumns WithSchema = new(new Placeholder());

    /// <summary>On the create half: the old key.</summary>
    /// <param name="row">What the values mean where the record's own key names no columns.</param>
    /// <exception cref="ChangeException">There is one that cannot be read for certain.</exception>
    public static Row? Old(SourceRecord record, RecordKey key, RowImage? row) => Find(record, OldHeader, key, row);

    /// <summary>On the delete half: the new key.</summary>
    /// <inheritdoc cref="Old"/>
    public static Row? New(SourceRecord record, RecordKey key, RowImage? row) => Find(record, NewHeader, key, row);

    private static Row? Find(SourceRecord record, string name, RecordKey key, RowImage? row)
    {
        foreach (var header in record.Headers)
        {
            if (header.Key == name && header.Value is { } bytes) return Read(Encoding.UTF8.GetString(bytes.Span), name, key, row);
        }

        return null;
    }

    /// <summary>JSON with its schema, Connect's own text, which is much like JSON without one, or Java's text under StringConverter.</summary>
    private static Row Read(string text, string name, RecordKey key, RowImage? row)
    {
        var isNamed = key.Columns.Count > 0;
        if (!isNamed && row is not null) key = new RecordKey(row.Row, null, row.TypeOf);
        try
        {
            if (StructText.Is(text)) return StructText.Of(text, key, isNamed) ?? throw Unclear(name, text);
            using var json = JsonDocument.Parse(ConnectText.ToJson(text), Strict);
            return json.RootElement.TryGetProperty("payload", out var payload) && json.RootElement.TryGetProperty("schema", out var schema)
                ? schema.ValueKind == JsonValueKind.Object ? WithSchema.Read(payload, schema) : Typed(payload, key)
                : Typed(json.RootElement, key);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or ArithmeticException or KeyNotFoundException || JsonFaults.Is(e))
        {
            throw Unclear(name, text);
        }
    }

    private static ChangeException Unclear(string name, string text) => new($"header {name} is not a JSON object of readable keys: {text}");

    private static Row Typed(JsonElement values, RecordKey key) =>
        Row.Of(values.EnumerateObject().Select(v => KeyValuePair.Create(v.Name, KeyValue.OfJson(v.Value, key.Columns[v.Name], key.TypeOf(v.Name)))));
}
