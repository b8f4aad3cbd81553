using System.Globalization;

namespace CdcStripeSync.Core.Changes;

/// <summary>Where a change stands in its source's log, within one epoch.</summary>
/// <remarks>For one row the position only grows (rows are locked until commit); across rows it does not, since changes
/// arrive in commit order. Positions of two servers are not comparable: <see cref="Server"/> is set where the record tells it
/// (MariaDB's server id, MySQL's GTID source), else empty. Of Kafka's own place it is the topic.</remarks>
public readonly record struct SourcePosition(PositionKind Kind, ulong Major, ulong Minor, uint Row, string Server = "")
{
    public static SourcePosition OfLsn(ulong lsn) => new(PositionKind.Lsn, lsn, 0, 0);

    /// <summary>Kafka's own place, of a record that tells none of its source.</summary>
    public static SourcePosition Of(RecordOrigin origin) => new(PositionKind.Offset, (ulong)origin.Partition, (ulong)origin.Offset, 0, origin.Topic);

    public bool IsKnown => Kind != PositionKind.None;

    /// <summary>The newest position that is older than this one: what it blocks is everything before this change, and not the change itself.</summary>
    public SourcePosition JustBefore => this switch
    {
        { Row: > 0 } => this with { Row = Row - 1 },
        { Minor: > 0 } => this with { Minor = Minor - 1, Row = uint.MaxValue },
        { Major: > 0 } when Kind == PositionKind.Binlog => this with { Major = Major - 1, Minor = ulong.MaxValue, Row = uint.MaxValue },
        { Major: > 0 } when Kind == PositionKind.Lsn => this with { Major = Major - 1 },
        _ => default,
    };

    /// <summary>Negative, zero, positive as usual; null when the two cannot be compared (other kind, other server, other topic or partition of Kafka).</summary>
    public int? CompareTo(SourcePosition other)
    {
        if (Kind != other.Kind || Kind == PositionKind.None || (Server != other.Server && !IsWithoutTopic && !other.IsWithoutTopic)) return null;
        if (Kind == PositionKind.Offset && Major != other.Major) return null;
        return (Major, Minor, Row).CompareTo((other.Major, other.Minor, other.Row));
    }

    /// <summary>As stores have it that were written before the topic was noted: then it may be any.</summary>
    private bool IsWithoutTopic => Kind == PositionKind.Offset && Server.Length == 0;

    /// <summary><c>lsn:2B/5F3A10</c>, <c>binlog:12/4567/0@server</c>, <c>offset:3/812@topic</c>; round-trips through <see cref="Parse"/>.</summary>
    public override string ToString() => Kind switch
    {
        PositionKind.None => "none",
        PositionKind.Lsn => string.Create(CultureInfo.InvariantCulture, $"lsn:{Major >> 32:X}/{(uint)Major:X}"),
        PositionKind.Binlog => string.Create(CultureInfo.InvariantCulture, $"binlog:{Major}/{Minor}/{Row}@{Server}"),
        PositionKind.Offset => string.Create(CultureInfo.InvariantCulture, $"offset:{Major}/{Minor}{(Server.Length == 0 ? "" : "@")}{Server}"),
        _ => throw new InvalidOperationException($"position kind {Kind}"),
    };

    public static SourcePosition Parse(string text)
    {
        if (text == "none") return default;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var server = at < 0 ? "" : text[(at + 1)..];
        var parts = (at < 0 ? text[(colon + 1)..] : text[(colon + 1)..at]).Split('/');
        return text[..colon] switch
        {
            "lsn" => OfLsn((ulong.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture) << 32)
                | ulong.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
            "binlog" => new(PositionKind.Binlog, Number(parts[0]), Number(parts[1]), (uint)Number(parts[2]), server),
            "offset" => new(PositionKind.Offset, Number(parts[0]), Number(parts[1]), 0, server),
            _ => throw new FormatException($"'{text}' is not a source position"),
        };

        static ulong Number(string digits) => ulong.Parse(digits, CultureInfo.InvariantCulture);
    }
}
