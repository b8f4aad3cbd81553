using System.Globalization;
using System.Text;
using System.Text.Json;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Envelope;
using CdcStripeSync.Debezium.Json;
using CdcStripeSync.Debezium.Wire;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Recordings;

/// <summary>Decodes every record of a recording and compares it with the recording's oracle: Avro's JSON encoding as another reader wrote it, or a JSON record's text.</summary>
public sealed class RecordingVerifier(Recording recording)
{
    private const int MostFindings = 10;
    private const int Shown = 160;
    private readonly RecordingDecoder _lines = new(recording);
    private readonly DebeziumDecoder _changes = new(recording, recording.Decoding);
    private readonly List<string> _findings = [];
    private int _records;
    private int _equal;
    private int _different;
    private int _errors;
    private int _withoutOracle;

    public async Task<VerifiedRecording> VerifyAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var recorded in recording.Records()) await TakeAsync(recorded, cancellationToken);
        }
        catch (RecordingException e)
        {
            _records++;
            Error($"the recording is damaged, and the rest was not read: {e.Message}");
        }

        return new VerifiedRecording(_records, _equal, _different, _errors, _withoutOracle, _findings);
    }

    private async Task TakeAsync(RecordedRecord recorded, CancellationToken cancellationToken)
    {
        _records++;
        var origin = recorded.Record.Origin;
        using var line = JsonDocument.Parse(await _lines.LineAsync(recorded.Record, cancellationToken), Recording.Deep);
        if (line.RootElement.TryGetProperty("error", out var error))
        {
            Error($"{origin}: {error.GetString()}");
            return;
        }

        if (await RefusalAsync(recorded, cancellationToken) is { } refusal)
        {
            Error($"{origin}: {refusal}");
            return;
        }

        var difference = OtherSchema("key", recorded.KeySchemaId, recorded.Record.Key)
            ?? OtherSchema("value", recorded.ValueSchemaId, recorded.Record.Value)
            ?? await DifferenceAsync("key", recorded.KeyJson, recorded.KeyText, recorded.Record.Key, line.RootElement, cancellationToken)
            ?? await DifferenceAsync("value", recorded.ValueJson, recorded.ValueText, recorded.Record.Value, line.RootElement, cancellationToken)
            ?? recorded.HeaderTexts.Select((text, i) => Difference(recorded.Record.Headers[i].Key, text, recorded.Record.Headers[i].Value)).FirstOrDefault(d => d is not null);
        if (difference is not null)
        {
            _different++;
            Find($"{origin} {difference}");
        }
        else if (recorded is { KeyJson: null, KeyText: null, ValueJson: null, ValueText: null })
        {
            _withoutOracle++;
        }
        else
        {
            _equal++;
        }
    }

    /// <summary>Why the decoder makes neither a change of the record nor anything that it knows. Bytes that are no row, and of which an oracle
    /// tells, are rightly decoded.</summary>
    private async ValueTask<string?> RefusalAsync(RecordedRecord recorded, CancellationToken cancellationToken)
    {
        if (!await MayBeRowAsync(recorded.Record.Value, cancellationToken)) return null;
        if (await _changes.DecodeAsync(WithTable(recorded.Record), cancellationToken) is not DecodedRecord.Unreadable unreadable) return null;
        return unreadable.IsNoRow && HasOracle(recorded) ? null : unreadable.Error;
    }

    /// <summary>Of a record without a value, its key tells.</summary>
    private static bool HasOracle(RecordedRecord recorded) =>
        recorded is not { ValueJson: null, ValueText: null } || (recorded.Record.Value is null && recorded is not { KeyJson: null, KeyText: null });

    /// <summary>False for text, and for values of Avro and payloads of JSON that are no records: no change can be made of these, however rightly they are decoded.</summary>
    private async ValueTask<bool> MayBeRowAsync(ReadOnlyMemory<byte>? value, CancellationToken cancellationToken)
    {
        if (value is not { } bytes) return true;
        if (JsonRecordReader.LooksLikeJson(bytes.Span))
        {
            using var document = JsonDocument.Parse(bytes, Recording.Deep);
            return JsonWrapper.Open(document.RootElement).Payload.ValueKind is JsonValueKind.Object or JsonValueKind.Null;
        }

        if (ConfluentFrame.TryRead(bytes, out var frame) is not null) return PlainText.Of(bytes.Span) is null;
        return (await recording.FindAsync(frame.SchemaId, cancellationToken)).Schema?.WithoutNull().Kind == AvroKind.Record;
    }

    /// <summary>Which table a bare row belongs to is no matter of decoding: where its topic does not tell, any will do.</summary>
    private static SourceRecord WithTable(SourceRecord record) =>
        TopicTable.Of(record.Origin.Topic, "") is not null ? record : record with { Origin = record.Origin with { Topic = $"any.{record.Origin.Topic}" } };

    /// <summary>Two schemas may read the same bytes alike.</summary>
    private static string? OtherSchema(string part, int? expected, ReadOnlyMemory<byte>? bytes)
    {
        if (expected is not { } id || (bytes is { } text && JsonRecordReader.LooksLikeJson(text.Span))) return null; // of JSON, a header or a wrapper told it
        var found = bytes is { } b && ConfluentFrame.TryRead(b, out var frame) is null ? frame.SchemaId.ToString(CultureInfo.InvariantCulture) : "none";
        return found == id.ToString(CultureInfo.InvariantCulture) ? null : $"{part}: the schema id is expected to be {id}, found {found}";
    }

    private async ValueTask<string?> DifferenceAsync(string part, JsonElement? json, string? text, ReadOnlyMemory<byte>? bytes, JsonElement line, CancellationToken cancellationToken)
    {
        if (text is not null) return Difference(part, text, bytes);
        if (json is not { } expected) return null;
        var schema = bytes is { } b && ConfluentFrame.TryRead(b, out var frame) is null ? (await recording.FindAsync(frame.SchemaId, cancellationToken)).Schema : null;
        var decoded = line.GetProperty(part);
        return OracleJson.Same(expected, decoded, schema) ? null : $"{part}: {Where(expected, decoded, schema, "")}";
    }

    private static string? Difference(string part, string? text, ReadOnlyMemory<byte>? bytes)
    {
        var found = bytes is { } b ? Encoding.UTF8.GetString(b.Span) : null;
        return text is null || found == text ? null : $"{part}: expected the text {Short(text)}, found {Short(found ?? "nothing")}";
    }

    /// <summary>The first member in which the two differ.</summary>
    private static string Where(JsonElement expected, JsonElement decoded, AvroSchema? schema, string path)
    {
        if (expected.ValueKind == JsonValueKind.Object && decoded.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in expected.EnumerateObject())
            {
                if (!decoded.TryGetProperty(member.Name, out var mine)) break;
                var inner = OracleJson.Member(schema, member.Name);
                if (!OracleJson.Same(member.Value, mine, inner)) return Where(member.Value, mine, inner, path.Length == 0 ? member.Name : $"{path}.{member.Name}");
            }
        }

        return $"{(path.Length == 0 ? "the whole" : path)} is expected to be {Short(expected.GetRawText())}, decoded {Short(decoded.GetRawText())}";
    }

    private static string Short(string text) => text.Length <= Shown ? text : text[..Shown] + "…";

    private void Error(string finding)
    {
        _errors++;
        Find(finding);
    }

    private void Find(string finding)
    {
        if (_findings.Count < MostFindings) _findings.Add(finding);
    }
}
