using System.Globalization;
using System.Text.Json;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>Debezium's <c>source</c>: where a change stands. The field names live here alone.</summary>
internal sealed record SourceBlock(Row Fields)
{
    public TableId Table => new(Text("schema") is { Length: > 0 } schema ? schema : Text("db") ?? "", Text("table") ?? "");

    public SnapshotKind Snapshot => Text("snapshot") switch
    {
        null or "false" => SnapshotKind.Streamed,
        "incremental" => SnapshotKind.Incremental,
        "last" => SnapshotKind.CompleteLast,
        _ => SnapshotKind.Complete,
    };

    public Instant? CommittedAt =>
        Number("ts_ns") is { } nanos ? Instant.FromNanos(nanos)
        : Number("ts_us") is { } micros ? Instant.FromMicros(micros)
        : Number("ts_ms") is { } millis ? Instant.FromMillis(millis)
        : null;

    /// <summary>PostgreSQL: <c>lsn</c>, or the second number of <c>sequence</c>. MySQL and MariaDB: binlog file, position and row,
    /// comparable on one server only.</summary>
    public SourcePosition Position(RecordOrigin origin)
    {
        if (Number("lsn") is { } lsn) return SourcePosition.OfLsn((ulong)lsn);
        if (SequenceLsn() is { } stamped) return SourcePosition.OfLsn(stamped);
        if (Text("file") is { } file && Number("pos") is { } pos)
            return new SourcePosition(PositionKind.Binlog, FileNumber(file), (ulong)pos, (uint)(Number("row") ?? 0), Server(file));
        return new SourcePosition(PositionKind.Offset, (ulong)origin.Partition, (ulong)origin.Offset, 0);
    }

    public string? TransactionId => Text("gtid") ?? Number("txId")?.ToString(CultureInfo.InvariantCulture);

    public string? Text(string name) => Fields[name] is { HasValue: true } value ? value.ToText() : null;

    private long? Number(string name) => Fields[name] is { Kind: ColumnKind.Integer } value ? value.AsInteger : null;

    private ulong? SequenceLsn()
    {
        if (Text("sequence") is not { } sequence) return null;
        try
        {
            using var json = JsonDocument.Parse(sequence);
            return json.RootElement.ValueKind == JsonValueKind.Array && json.RootElement.GetArrayLength() == 2
                && ulong.TryParse(json.RootElement[1].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var lsn) ? lsn : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ulong FileNumber(string file) =>
        ulong.TryParse(file.AsSpan(file.LastIndexOf('.') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private string Server(string file)
    {
        var id = Number("server_id") is { } server and > 0 ? server.ToString(CultureInfo.InvariantCulture) : "";
        return $"{id}{(file.LastIndexOf('.') is var dot and > 0 ? ":" + file[..dot] : "")}";
    }
}
