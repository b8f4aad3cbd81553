using System.Runtime.InteropServices;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>A position and its time, written in place, field by field: moving a structure of this size as a whole takes longer than to decide
/// whether a record changes anything.</summary>
[StructLayout(LayoutKind.Auto)]
public struct LogPlace
{
    private const long NoTime = long.MinValue;
    private string? _server;

    public PositionKind Kind { get; private set; }

    /// <summary>As in <see cref="SourcePosition"/>.</summary>
    public ulong Major { get; private set; }

    /// <summary>Nanoseconds since 1970; the smallest number where no time is known.</summary>
    public long Nanos { get; private set; }

    public ulong Minor { get; private set; }

    public uint Row { get; private set; }

    public readonly string Server => _server ?? "";

    /// <summary>As in <see cref="ChangeEvent.Position"/>.</summary>
    public readonly SourcePosition Position => new(Kind, Major, Minor, Row, Server);

    /// <summary>As in <see cref="ChangeEvent.CommittedAt"/>.</summary>
    public readonly Instant? CommittedAt => TimeOf(Nanos);

    public static Instant? TimeOf(long nanos) => nanos == NoTime ? null : Instant.FromNanos(nanos);

    public void Set(PositionKind kind, ulong major, ulong minor = 0, uint row = 0, string server = "")
    {
        Kind = kind;
        Major = major;
        Minor = minor;
        Row = row;
        if (!ReferenceEquals(_server, server)) _server = server;
    }

    public void SetNoTime() => Nanos = NoTime;

    /// <returns>False where the time lies beyond what a count of nanoseconds can say (years 1678 to 2262).</returns>
    /// <param name="count">Since 1970.</param>
    /// <param name="nanosEach">Nanoseconds in one of what is counted.</param>
    public bool TrySetTime(long count, long nanosEach)
    {
        var high = Math.BigMul(count, nanosEach, out long low);
        Nanos = low;
        return high == low >> 63 && low != NoTime;
    }
}
