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

    private const string SourcePart = "source_";

    private static readonly HashSet<string> OfSource = new(StringComparer.Ordinal)
    {
        "version", "connector", "name", "snapshot", "db", "sequence", "schema", "table", "txId", "lsn", "xmin", "server_id", "gtid", "file", "pos", "row", "thread", "query",
    };

    private static readonly HashSet<string> OfEnvelope = new(StringComparer.Ordinal) { "op", "ts_ms", "ts_us", "ts_ns" };

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

    public static AddedFields Of(SourceRecord record, Row row, string prefix)
    {
        var columns = new Dictionary<string, ColumnValue>(row.Count, StringComparer.Ordinal);
        var added = new AddedFields();
        foreach (var header in record.Headers)
        {
            if (header.Value is { } value && header.Key.StartsWith(prefix, StringComparison.Ordinal)) added.Take(header.Key[prefix.Length..], Text(value.Span), prefix.Length == 0);
        }

        foreach (var (name, value) in row)
        {
            if (name == Deleted) added._envelope[Deleted] = value;
            else if (!name.StartsWith(prefix, StringComparison.Ordinal) || !added.Take(name[prefix.Length..], value, prefix.Length == 0)) columns[name] = value;
        }

        return new AddedFields(added) { Columns = Row.Of(columns) };
    }

    private AddedFields(AddedFields parts) => (_envelope, _source) = (parts._envelope, parts._source);

    /// <summary>False for a column of the table that merely begins like an added field.</summary>
    /// <param name="isBare">There is no prefix: only names that are hardly a column's own are taken.</param>
    private bool Take(string name, ColumnValue value, bool isBare)
    {
        if (isBare && name is not ("op" or "lsn") && !name.StartsWith(SourcePart, StringComparison.Ordinal)) return false;
        if (name.StartsWith(SourcePart, StringComparison.Ordinal)) _source[name[SourcePart.Length..]] = Numbered(value);
        else if (OfSource.Contains(name)) _source.TryAdd(name, Numbered(value));
        else if (OfEnvelope.Contains(name)) _envelope[name] = value;
        else return name.StartsWith("transaction_", StringComparison.Ordinal);
        return true;
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
        catch (JsonException)
        {
            return ColumnValue.Of(text);
        }
    }
}
