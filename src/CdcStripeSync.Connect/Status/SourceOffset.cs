using System.Globalization;
using System.Text.Json;

namespace CdcStripeSync.Connect.Status;

/// <summary>A connector's offset in the words of its database: an LSN, a GTID set, a binlog file and position.</summary>
/// <param name="Text"><c>0/A94E748</c>, <c>gtid 0-1-42</c>, <c>mysql-bin.000003:1542</c>; the JSON itself where it holds none of them.</param>
/// <param name="Lsn">PostgreSQL only.</param>
/// <param name="Snapshot">A snapshot is under way.</param>
/// <param name="Moment">When the newest event that was read happened, by the source's clock; null where the offset does not tell.</param>
public sealed record SourceOffset(string Text, ulong? Lsn, bool Snapshot, DateTimeOffset? Moment = null)
{
    /// <param name="json">As <c>GET /connectors/{name}/offsets</c> gives it; null for none.</param>
    public static SourceOffset? Read(string? json)
    {
        if (json is null) return null;
        using var document = JsonDocument.Parse(json);
        var offset = document.RootElement;
        if (offset.ValueKind != JsonValueKind.Object) return new SourceOffset(json, null, false);
        var snapshot = Member(offset, "snapshot") is { } kind && kind is not ("false" or "") && Member(offset, "snapshot_completed") is not "true";
        if (Member(offset, "lsn") is { } lsn && long.TryParse(lsn, NumberStyles.Integer, CultureInfo.InvariantCulture, out var position))
            return new SourceOffset(Lsn64(unchecked((ulong)position)), unchecked((ulong)position), snapshot, MomentOf(offset));
        var gtids = Member(offset, "gtids") is { Length: > 0 } set ? $"gtid {set}" : null;
        var file = Member(offset, "file") is { Length: > 0 } name ? $"{name}:{Member(offset, "pos") ?? "?"}" : null;
        return new SourceOffset(string.Join(", ", new[] { gtids, file }.OfType<string>()) is { Length: > 0 } text ? text : json, null, snapshot, MomentOf(offset));
    }

    public static string Lsn64(ulong lsn) => string.Create(CultureInfo.InvariantCulture, $"{lsn >> 32:X}/{lsn & 0xFFFFFFFF:X}");

    private static DateTimeOffset? MomentOf(JsonElement offset)
    {
        if (Number(offset, "ts_usec") is { } microseconds) return DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
        return Number(offset, "ts_sec") is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
    }

    /// <summary>Within what a clock can show.</summary>
    private static long? Number(JsonElement offset, string member) =>
        long.TryParse(Member(offset, member), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value is > 0 and < 100_000_000_000_000_000 && (member != "ts_sec" || value < 100_000_000_000) ? value : null;

    private static string? Member(JsonElement offset, string member) => offset.TryGetProperty(member, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Null => null,
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => value.GetRawText(),
        }
        : null;
}
