using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Envelope;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Projection;

/// <summary>The place of a change from the fields that a projection noted: the same as <see cref="Envelope.SourceBlock"/> says, without allocating.</summary>
internal static class StampReader
{
    private static ReadOnlySpan<byte> Update => "u"u8;

    /// <summary>The stamp of an update or a snapshot row; false for any other operation, and where the position takes more than a look.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, ProjectionBuffer buffer, out EventStamp stamp)
    {
        stamp = default;
        var op = buffer.Bytes(EnvelopeField.Op, body);
        var isRead = op.SequenceEqual("r"u8);
        if (!isRead && !op.SequenceEqual(Update)) return false;
        if (!TryPosition(body, buffer, out var position)) return false;
        stamp = new EventStamp(Snapshot(body, buffer, isRead), position, CommittedAt(body, buffer));
        return true;
    }

    private static SnapshotKind Snapshot(ReadOnlySpan<byte> body, ProjectionBuffer buffer, bool isRead)
    {
        var text = buffer.Bytes(EnvelopeField.Snapshot, body);
        if (text.SequenceEqual("incremental"u8)) return SnapshotKind.Incremental;
        if (!isRead) return SnapshotKind.Streamed;
        return text.SequenceEqual("last"u8) ? SnapshotKind.CompleteLast : SnapshotKind.Complete;
    }

    private static Instant? CommittedAt(ReadOnlySpan<byte> body, ProjectionBuffer buffer) =>
        Number(EnvelopeField.Nanos, body, buffer) is { } nanos ? Nanos(nanos)
        : Number(EnvelopeField.Micros, body, buffer) is { } micros ? Instant.FromMicros(micros)
        : Number(EnvelopeField.Millis, body, buffer) is { } millis ? Instant.FromMillis(millis)
        : null;

    private static Instant Nanos(long nanos)
    {
        var (seconds, rest) = Math.DivRem(nanos, 1_000_000_000);
        return rest < 0 ? new Instant(seconds - 1, (int)rest + 1_000_000_000) : new Instant(seconds, (int)rest);
    }

    private static bool TryPosition(ReadOnlySpan<byte> body, ProjectionBuffer buffer, out SourcePosition position)
    {
        position = default;
        if (Number(EnvelopeField.Lsn, body, buffer) is { } lsn)
        {
            position = SourcePosition.OfLsn((ulong)lsn);
            return true;
        }

        if (buffer.Has(EnvelopeField.Sequence))
        {
            if (SequenceLsn(buffer.Bytes(EnvelopeField.Sequence, body)) is not { } stamped) return false;
            position = SourcePosition.OfLsn(stamped);
            return true;
        }

        if (!buffer.Has(EnvelopeField.File) || Number(EnvelopeField.Pos, body, buffer) is not { } pos) return false;
        var file = buffer.Bytes(EnvelopeField.File, body);
        var dot = file.LastIndexOf((byte)'.');
        if (dot <= 0 || !Utf8Parser.TryParse(file[(dot + 1)..], out ulong number, out var used) || used != file.Length - dot - 1) return false;
        position = new SourcePosition(
            PositionKind.Binlog, number, (ulong)pos, (uint)(Number(EnvelopeField.RowNumber, body, buffer) ?? 0),
            Server(Number(EnvelopeField.ServerId, body, buffer) ?? 0, file[..dot], buffer));
        return true;
    }

    /// <summary>The second number of <c>["…","153309456"]</c>.</summary>
    private static ulong? SequenceLsn(ReadOnlySpan<byte> sequence)
    {
        var json = new Utf8JsonReader(sequence);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartArray || !json.Read() || !json.Read() || json.TokenType != JsonTokenType.String) return null;
            var text = json.ValueSpan;
            if (text.Length == 0 || !Utf8Parser.TryParse(text, out ulong lsn, out var used) || used != text.Length) return null;
            return json.Read() && json.TokenType == JsonTokenType.EndArray && !json.Read() ? lsn : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Server(long id, ReadOnlySpan<byte> file, ProjectionBuffer buffer)
    {
        if (buffer.Server is { } known && known.Id == id && file.SequenceEqual(known.File)) return known.Name;
        var name = string.Create(CultureInfo.InvariantCulture, $"{(id > 0 ? id.ToString(CultureInfo.InvariantCulture) : "")}:{Encoding.UTF8.GetString(file)}");
        buffer.Server = (id, file.ToArray(), name);
        return name;
    }

    private static long? Number(EnvelopeField field, ReadOnlySpan<byte> body, ProjectionBuffer buffer) =>
        buffer.Has(field) ? Varint.Read(body, buffer.FieldBegin[(int)field]).Value : null;
}
