using System.Runtime.InteropServices;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>A position and its time, written and copied in place, field by field: moving a structure of this size as a whole takes longer than
/// to decide whether a record changes anything.</summary>
[StructLayout(LayoutKind.Auto)]
public struct LogPlace
{
    private const int NoTime = -1;
    private ulong _major;
    private ulong _minor;
    private long _seconds;
    private string? _server;
    private uint _row;
    private int _nanos;
    private PositionKind _kind;

    public readonly bool IsKnown => _kind != PositionKind.None;

    /// <summary>As in <see cref="ChangeEvent.Position"/>.</summary>
    public readonly SourcePosition Position => new(_kind, _major, _minor, _row, _server ?? "");

    /// <summary>As in <see cref="ChangeEvent.CommittedAt"/>.</summary>
    public readonly Instant? CommittedAt => _nanos == NoTime ? null : new Instant(_seconds, _nanos);

    public void Set(SourcePosition position, Instant? committedAt)
    {
        Set(position.Kind, position.Major, position.Minor, position.Row, position.Server);
        SetTime(committedAt);
    }

    public void Set(PositionKind kind, ulong major, ulong minor = 0, uint row = 0, string server = "")
    {
        _kind = kind;
        _major = major;
        _minor = minor;
        _row = row;
        if (!ReferenceEquals(_server, server)) _server = server;
    }

    public void SetTime(Instant? at)
    {
        _seconds = at?.Seconds ?? 0;
        _nanos = at?.Nanos ?? NoTime;
    }

    public void Set(in LogPlace other)
    {
        Set(other._kind, other._major, other._minor, other._row, other._server ?? "");
        _seconds = other._seconds;
        _nanos = other._nanos;
    }

    /// <summary>Whether this is certainly later than the other place; anything is, where that is not known.</summary>
    public readonly bool IsAbove(in LogPlace other, bool orEqual)
    {
        if (!other.IsKnown) return true;
        if (_kind == PositionKind.Lsn && other._kind == PositionKind.Lsn) return _major > other._major || (orEqual && _major == other._major);
        return Position.CompareTo(other.Position) is { } order && (order > 0 || (orEqual && order == 0));
    }
}
