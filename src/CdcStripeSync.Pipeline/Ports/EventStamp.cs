using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>Where a change stands, without what it says.</summary>
/// <param name="Snapshot">Streamed for an update, else the kind of snapshot that the row is of.</param>
/// <param name="Position">As in <see cref="ChangeEvent.Position"/>.</param>
/// <param name="CommittedAt">As in <see cref="ChangeEvent.CommittedAt"/>.</param>
public readonly record struct EventStamp(SnapshotKind Snapshot, SourcePosition Position, Instant? CommittedAt);
