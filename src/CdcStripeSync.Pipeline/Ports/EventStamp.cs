using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>Where a change stands, without what it says. One object serves for many changes, one after the other.</summary>
public sealed class EventStamp
{
    private LogPlace _place;

    /// <summary>Streamed for an update, else the kind of snapshot that the row is of.</summary>
    public SnapshotKind Snapshot { get; set; }

    public ref LogPlace Place => ref _place;

    /// <param name="committedAt">Within what a <see cref="LogPlace"/> can say.</param>
    public void Set(SnapshotKind snapshot, SourcePosition position, Instant? committedAt)
    {
        Snapshot = snapshot;
        _place.Set(position.Kind, position.Major, position.Minor, position.Row, position.Server);
        if (committedAt is { } at) _place.TrySetTime(checked((at.Seconds * 1_000_000_000) + at.Nanos), nanosEach: 1);
        else _place.SetNoTime();
    }

    public override string ToString() => $"{Snapshot} {_place.Position} at {_place.CommittedAt}";
}
