using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>The newest truncate of a table: rows below it are gone, older rows read later are ignored. Also holds the table's epoch.</summary>
public sealed record TablePosition(TableId Table, int Epoch, StreamPosition? TruncatedAt)
{
    /// <summary>The newest truncate, as a change of any of the table's rows.</summary>
    public ChangeEvent? Truncate => TruncatedAt is not { } at ? null : new ChangeEvent
    {
        Origin = new RecordOrigin("", 0, 0),
        Table = Table,
        Op = ChangeOp.Truncate,
        Snapshot = SnapshotKind.Streamed,
        Position = at.Position,
        CommittedAt = at.CommittedAt,
    };

    /// <summary>Whether the store takes it instead of the one that stands: a truncate that is read again never takes back a newer one. A table's
    /// truncates wait for each other, so they are in the order of their commits.</summary>
    public bool Replaces(TablePosition standing) => Epoch > standing.Epoch
        || (Epoch == standing.Epoch && !(TruncatedAt?.CommittedAt is { } mine && standing.TruncatedAt?.CommittedAt is { } theirs && mine < theirs));
}
