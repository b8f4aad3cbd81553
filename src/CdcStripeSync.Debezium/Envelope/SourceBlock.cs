using System.Globalization;
using System.Text.Json;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>Debezium's <c>source</c>: where a change stands. The field names live here alone.</summary>
internal sealed class SourceBlock
{
    /// <summary>Their logs hold a deleted row as it was. Of others only PostgreSQL's is known, and that holds the replica identity alone.</summary>
    private static readonly HashSet<string> OfWholeRows = new(StringComparer.Ordinal) { "mysql", "mariadb", "sqlserver", "oracle", "db2", MongoDb };

    private const string MongoDb = "mongodb";

    private string? _connector;
    private string? _db;
    private string? _snapshot;
    private string? _sequence;
    private string? _gtid;
    private string? _file;
    private long? _lsn;
    private long? _transaction;
    private long? _pos;
    private long? _row;
    private long? _server;
    private long? _millis;
    private long? _micros;
    private long? _nanos;

    public TableId Table => new(Schema is { Length: > 0 } schema ? schema : _db ?? "", TableName ?? "");

    public string? Schema { get; private set; }

    public string? Db => _db;

    public string? TableName { get; private set; }

    public SnapshotKind Snapshot => _snapshot switch
    {
        null or "false" => SnapshotKind.Streamed,
        "incremental" => SnapshotKind.Incremental,
        "last" => SnapshotKind.CompleteLast,
        "last_in_data_collection" => SnapshotKind.CompleteLastOfTable,
        _ => SnapshotKind.Complete,
    };

    public string? TransactionId => _gtid ?? _transaction?.ToString(CultureInfo.InvariantCulture);

    /// <summary>A delete's <c>before</c> is the row as it was, with nothing invented. Where no connector is told, a binlog's place tells MySQL and MariaDB.</summary>
    public bool TellsWholeRows => _connector is null ? _file is not null && _pos is not null : OfWholeRows.Contains(_connector);

    /// <summary>Rows are documents, and keys their <c>_id</c>.</summary>
    public bool IsOfDocuments => _connector == MongoDb;

    /// <summary>Only then does <c>sequence</c> say anything more.</summary>
    public bool LacksLsn => _lsn is null;

    public static SourceBlock Of(Row fields)
    {
        var source = new SourceBlock();
        foreach (var (name, value) in fields) source.Take(FieldOf(name), value);
        return source;
    }

    public static EnvelopeField FieldOf(string name) => name switch
    {
        "connector" => EnvelopeField.Connector,
        "schema" or "keyspace" => EnvelopeField.Schema, // Vitess' and Cassandra's schema
        "db" => EnvelopeField.Db,
        "table" or "collection" => EnvelopeField.Table, // MongoDB's table
        "snapshot" => EnvelopeField.Snapshot,
        "sequence" => EnvelopeField.Sequence,
        "lsn" => EnvelopeField.Lsn,
        "txId" => EnvelopeField.TransactionId,
        "gtid" => EnvelopeField.Gtid,
        "file" => EnvelopeField.File,
        "pos" => EnvelopeField.Pos,
        "row" => EnvelopeField.RowNumber,
        "server_id" => EnvelopeField.ServerId,
        "ts_ms" => EnvelopeField.Millis,
        "ts_us" => EnvelopeField.Micros,
        "ts_ns" => EnvelopeField.Nanos,
        _ => EnvelopeField.Other,
    };

    public void Take(EnvelopeField field, ColumnValue value)
    {
        switch (field)
        {
            case EnvelopeField.Connector: _connector = value.ToText(); break;
            case EnvelopeField.Schema: Schema = value.ToText(); break;
            case EnvelopeField.Db: _db = value.ToText(); break;
            case EnvelopeField.Table: TableName = value.ToText(); break;
            case EnvelopeField.Snapshot: _snapshot = value.ToText(); break;
            case EnvelopeField.Sequence: _sequence = value.ToText(); break;
            case EnvelopeField.Gtid: _gtid = value.ToText(); break;
            case EnvelopeField.File: _file = value.ToText(); break;
            case EnvelopeField.Lsn: _lsn = Number(value); break;
            case EnvelopeField.TransactionId: _transaction = Number(value); break;
            case EnvelopeField.Pos: _pos = Number(value); break;
            case EnvelopeField.RowNumber: _row = Number(value); break;
            case EnvelopeField.ServerId: _server = Number(value); break;
            case EnvelopeField.Millis: _millis = Number(value); break;
            case EnvelopeField.Micros: _micros = Number(value); break;
            case EnvelopeField.Nanos: _nanos = Number(value); break;
        }
    }

    /// <summary>PostgreSQL: <c>lsn</c>, or the second number of <c>sequence</c>. MySQL and MariaDB: binlog file, position and row,
    /// comparable on one server only. An event within a compressed transaction has no place of its own (a <c>pos</c> of 0 or less): the record's counts.</summary>
    public SourcePosition Position(RecordOrigin origin)
    {
        if (_lsn is { } lsn) return SourcePosition.OfLsn((ulong)lsn);
        if (SequenceLsn() is { } stamped) return SourcePosition.OfLsn(stamped);
        if (_file is { } file && _pos is { } pos and > 0 && FileNumber(file) is { } number) return new SourcePosition(PositionKind.Binlog, number, (ulong)pos, (uint)(_row ?? 0), Server(file));
        return SourcePosition.Of(origin);
    }

    /// <summary>Commit time by the source's clock. Where it tells none, and the record's own place counts, Kafka's time of the record: a place that falls while this
    /// goes on is of a topic made anew. Beside a position of the source it would say nothing: what a connector repeats has the same place and a new time.</summary>
    public Instant? CommittedAt(SourceRecord record) =>
        _nanos is { } nanos ? Instant.FromNanos(nanos)
        : _micros is { } micros ? Instant.FromMicros(micros)
        : _millis is { } millis ? Instant.FromMillis(millis)
        : record.Timestamp > 0 && Position(record.Origin).Kind == PositionKind.Offset ? Instant.FromMillis(record.Timestamp)
        : null;

    private static long? Number(ColumnValue value) => value.Kind == ColumnKind.Integer ? value.AsInteger : null;

    private ulong? SequenceLsn()
    {
        if (_sequence is not { } sequence) return null;
        try
        {
            using var json = JsonDocument.Parse(sequence);
            return json.RootElement.ValueKind == JsonValueKind.Array && json.RootElement.GetArrayLength() == 2
                && ulong.TryParse(json.RootElement[1].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var lsn) ? lsn : null;
        }
        catch (Exception e) when (JsonFaults.Is(e))
        {
            return null;
        }
    }

    /// <summary>Null for a log of another kind: its files have no order that could be told.</summary>
    private static ulong? FileNumber(string file) =>
        ulong.TryParse(file.AsSpan(file.LastIndexOf('.') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private string Server(string file)
    {
        var id = _server is { } server and > 0 ? server.ToString(CultureInfo.InvariantCulture) : "";
        return $"{id}{(file.LastIndexOf('.') is var dot and > 0 ? ":" + file[..dot] : "")}";
    }
}
