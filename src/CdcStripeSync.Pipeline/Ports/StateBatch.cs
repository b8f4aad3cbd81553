using System.Collections.Immutable;
using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>Changes that become durable together or not at all; applied in the order of the members.</summary>
public sealed record StateBatch
{
    /// <summary>Whole entities, by key: inserted or replaced (an entity's intent and succession stand in it).</summary>
    public ImmutableArray<EntityState> Entities { get; init; } = [];

    public ImmutableArray<ParkedRow> Park { get; init; } = [];

    public ImmutableArray<EntityKey> Unpark { get; init; } = [];

    /// <summary>Claims inserted or replaced, by (kind, value, claimant).</summary>
    public ImmutableArray<Claim> Claims { get; init; } = [];

    /// <summary>Claims that go, unless they were made anew (<see cref="Claim.Drops"/>): a row drops others' too, and its word may arrive late.</summary>
    public ImmutableArray<Claim> ClaimsDropped { get; init; } = [];

    public ImmutableArray<WakeCall> Calls { get; init; } = [];

    /// <summary>Ids of calls that are answered.</summary>
    public ImmutableArray<string> CallsAnswered { get; init; } = [];

    public ImmutableArray<DeadLetter> DeadLetters { get; init; } = [];

    /// <summary>Truncates, where they are not older than those that stand (<see cref="TablePosition.Replaces"/>).</summary>
    public ImmutableArray<TablePosition> TablePositions { get; init; } = [];

    /// <summary>Complete snapshots' ends, where they go on from those that stand (<see cref="SnapshotEnd.Replaces"/>).</summary>
    public ImmutableArray<SnapshotEnd> SnapshotEnds { get; init; } = [];

    public ImmutableArray<AuditEntry> Audit { get; init; } = [];

    public ImmutableArray<StoredOffset> Offsets { get; init; } = [];

    /// <summary>What was found to be forgotten; of a partition the highest offset stands.</summary>
    public ImmutableArray<ForgottenRecords> Forgotten { get; init; } = [];

    public bool IsEmpty => Entities.IsEmpty && Park.IsEmpty && Unpark.IsEmpty && Claims.IsEmpty && ClaimsDropped.IsEmpty && Calls.IsEmpty && CallsAnswered.IsEmpty
        && DeadLetters.IsEmpty && TablePositions.IsEmpty && SnapshotEnds.IsEmpty && Audit.IsEmpty && Offsets.IsEmpty && Forgotten.IsEmpty;
}
