using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Debezium.Envelope;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Projection;

/// <summary>The place of a change from the fields that a projection noted: the same as <see cref="Envelope.SourceBlock"/> says, without allocating.</summary>
internal static class StampReader
{
    /// <summary>What kind of row this is: an update's or a snapshot's; null for any other operation, and for the last row of a table in a complete
    /// snapshot, which says more than its columns.</summary>
    public static SnapshotKind? Snapshot(ReadOnlySpan<byte> body, FieldPlaces fields)
    {
        var op = fields.Bytes(EnvelopeField.Op, body);
        var isRead = op.SequenceEqual("r"u8);
        if (!isRead && !op.SequenceEqual("u"u8)) return null;
        var text = fields.Bytes(EnvelopeField.Snapshot, body);
        if (text.SequenceEqual("incremental"u8)) return SnapshotKind.Incremental;
        if (!isRead) return SnapshotKind.Streamed;
        return text.SequenceEqual("last"u8) || text.SequenceEqual("last_in_data_collection"u8) ? null : SnapshotKind.Complete;
    }

    /// <summary>The stamp of such a row; false where the position takes more than a look.</summary>
    /// <param name="body">The bytes that hold the fields.</param>
    /// <param name="buffer">Remembers the server's name.</param>
    public static bool TryRead(SnapshotKind snapshot, ReadOnlySpan<byte> body, FieldPlaces fields, ProjectionBuffer buffer, EventStamp stamp)
    {
        stamp.Snapshot = snapshot;
        return TryTime(body, fields, ref stamp.Place) && TryPosition(body, fields, buffer, ref stamp.Place);
    }

    private static bool TryTime(ReadOnlySpan<byte> body, FieldPlaces fields, ref LogPlace place)
    {
        if (fields.Number(EnvelopeField.Nanos, body) is { } nanos) return place.TrySetTime(nanos, 1);
        if (fields.Number(EnvelopeField.Micros, body) is { } micros) return place.TrySetTime(micros, 1_000);
        if (fields.Number(EnvelopeField.Millis, body) is { } millis) return place.TrySetTime(millis, 1_000_000);
        place.SetNoTime();
        return true;
    }

    private static bool TryPosition(ReadOnlySpan<byte> body, FieldPlaces fields, ProjectionBuffer buffer, ref LogPlace place)
    {
        if (fields.Number(EnvelopeField.Lsn, body) is { } lsn)
        {
            place.Set(PositionKind.Lsn, (ulong)lsn);
            return true;
        }

        if (fields.Has(EnvelopeField.Sequence))
        {
            if (SequenceLsn(fields.Bytes(EnvelopeField.Sequence, body)) is not { } stamped) return false;
            place.Set(PositionKind.Lsn, stamped);
            return true;
        }

        if (!fields.Has(EnvelopeField.File) || fields.Number(EnvelopeField.Pos, body) is not ({ } pos and > 0)) return false;
        var file = fields.Bytes(EnvelopeField.File, body);
        var dot = file.LastIndexOf((byte)'.');
        if (dot <= 0 || !Utf8Parser.TryParse(file[(dot + 1)..], out ulong number, out var used) || used != file.Length - dot - 1) return false;
        place.Set(
            PositionKind.Binlog, number, (ulong)pos, (uint)(fields.Number(EnvelopeField.RowNumber, body) ?? 0),
            Server(fields.Number(EnvelopeField.ServerId, body) ?? 0, file[..dot], buffer));
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
}
