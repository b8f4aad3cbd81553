using System.Text;
using System.Text.Json;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>What <c>ExtractNewRecordState</c> adds to a bare row (<c>add.fields</c>) or to its record's headers (<c>add.headers</c>): parts of the envelope
/// under names like <c>__op</c> and <c>__source_ts_ms</c>.</summary>
internal sealed class AddedFields
{
    /// <summary>Written by the rewriting modes, under this name whatever <c>add.fields.prefix</c> says.</summary>
    public const string Deleted = "__deleted";

    private readonly Dictionary<string, ColumnValue> _envelope = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ColumnValue> _source = new(StringComparer.Ordinal);

    private AddedFields()
    {
    }

    /// <summary>The row without what was added to it.</summary>
    public Row Columns { get; private init; } = Row.Empty;

    public string? Op => _envelope.TryGetValue("op", out var op) ? op.ToText() : null;

    /// <summary>True where the rows tell their deletes: the rewriting modes.</summary>
    public bool TellsDeletes => _envelope.ContainsKey(Deleted);

    public bool IsDeleted => Op == "d" || (_envelope.TryGetValue(Deleted, out var deleted) && deleted.ToText() == "true");

    /// <summary>As much of the envelope's <c>source</c> as was added.</summary>
    public SourceBlock Source => SourceBlock.Of(Row.Of(_source));

    public static AddedFields Of(SourceRecord record, Row row, DecoderOptions options)
    {
        var columns = new Dictionary<string, ColumnValue>(row.Count, StringComparer.Ordinal);
        var added = new AddedFields();
        foreach (var header in record.Headers)
        {
            if (header.Value is { } value && options.AddedHeaders.Find(header.Key) is { } part) added.Take(part, Text(value.Span));
        }

        foreach (var (name, value) in row)
        {
            if (name == Deleted) added._envelope[Deleted] = value;
            else if (options.AddedFields.Find(name) is { } part) added.Take(part, value);
            else columns[name] = value;
        }

        return new AddedFields(added) { Columns = Row.Of(columns) };
    }

    private AddedFields(AddedFields parts) => (_envelope, _source) = (parts._envelope, parts._source);

    private void Take(AddedPart part, ColumnValue value)
    {
        if (part.OfSource) _source.TryAdd(part.Name, Numbered(value));
        else _envelope[part.Name] = value;
    }

    /// <summary>A number may come as text in a header; a null was added from an absent part.</summary>
    private static ColumnValue Numbered(ColumnValue value) =>
        value.Kind == ColumnKind.Text && long.TryParse(value.AsText, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? ColumnValue.Of(number)
            : value;

    /// <summary>Plain text, or JSON with Connect's schema around it, as the header converter has it.</summary>
    private static ColumnValue Text(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        if (text.Length == 0 || text[0] is not ('{' or '"')) return ColumnValue.Of(text);
        try
        {
            using var json = JsonDocument.Parse(text);
            var root = json.RootElement;
            var payload = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("payload", out var inner) ? inner : root;
            return payload.ValueKind == JsonValueKind.Null ? ColumnValue.Null : ColumnValue.Of(payload.ToString());
        }
        catch (Exception e) when (JsonFaults.Is(e))
        {
            return ColumnValue.Of(text);
        }
    }
}
