using System.Runtime.InteropServices;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Unchanged;

/// <summary>How far a settled row's changes of one kind are known: a place without its server, so that it can lie among bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Mark
{
    private ulong _major;
    private ulong _minor;
    private long _nanos;
    private uint _row;
    private PositionKind _kind;

    /// <summary>Whether it moved on since it was last written to the store.</summary>
    public bool HasPassed { get; set; }

    public readonly Instant? CommittedAt => LogPlace.TimeOf(_nanos);

    public readonly SourcePosition Position(string server) => new(_kind, _major, _minor, _row, server);

    /// <summary>Stands where the store has it.</summary>
    public void Begin(SourcePosition position) =>
        (_kind, _major, _minor, _row, HasPassed) = (position.Kind, position.Major, position.Minor, position.Row, false);

    /// <summary>Moves on to a place.</summary>
    public void Pass(ref readonly LogPlace place)
    {
        _kind = place.Kind;
        _major = place.Major;
        _nanos = place.Nanos;
        HasPassed = true;
        if (_kind == PositionKind.Lsn) return;
        _minor = place.Minor;
        _row = place.Row;
    }

    /// <summary>Whether a place is certainly later; anything is, where the mark is not known.</summary>
    /// <param name="server">The mark's; looked at only where positions depend on it.</param>
    public readonly bool IsBelow(ref readonly LogPlace place, bool orEqual, ref readonly string server)
    {
        if (_kind == PositionKind.None) return true;
        if (_kind == PositionKind.Lsn && place.Kind == PositionKind.Lsn) return place.Major > _major || (orEqual && place.Major == _major);
        return place.Position.CompareTo(Position(server)) is { } order && (order > 0 || (orEqual && order == 0));
    }
}
