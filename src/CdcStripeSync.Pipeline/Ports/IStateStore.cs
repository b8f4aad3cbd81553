using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>The durable state. Every method may throw <see cref="StateStoreUnavailableException"/>: the caller waits and tries again.</summary>
public interface IStateStore
{
    /// <summary>Stamps an empty store, or compares: answers the stamp that stands.</summary>
    Task<StoreStamp> StampAsync(StoreStamp stamp, CancellationToken cancellationToken);

    /// <summary>Keeps what identifies each resource's rows, unless rows of it are stored that were identified otherwise.</summary>
    /// <returns>What stands for these resources.</returns>
    Task<IReadOnlyList<RowIdentity>> IdentifyAsync(IReadOnlyCollection<RowIdentity> identities, CancellationToken cancellationToken);

    /// <summary>Applies one batch in one transaction, in one round trip. Entities are compared and swapped by <see cref="EntityState.Version"/>:
    /// a process that lost its partition, or two that work on one row, never overwrite each other. The same batch written again changes nothing.</summary>
    /// <exception cref="StateStoreFellBackException">A write that had been confirmed to this process stands no more; a batch of forgotten records alone is written all the same.</exception>
    /// <exception cref="StateConflictException">An entity's stored version is not the one that the batch was made from; nothing was written.</exception>
    Task WriteAsync(StateBatch batch, CancellationToken cancellationToken);

    /// <summary>The entities that are stored among these keys.</summary>
    Task<IReadOnlyDictionary<EntityKey, EntityState>> LoadAsync(IReadOnlyCollection<EntityKey> keys, CancellationToken cancellationToken);

    /// <summary>Entities of a resource with this key text, in any table (a parent is named by resource and key).</summary>
    Task<IReadOnlyList<EntityState>> FindAsync(string resource, string key, CancellationToken cancellationToken);

    /// <summary>The entity whose current object this is, or null.</summary>
    Task<EntityState?> FindByStripeIdAsync(string stripeId, CancellationToken cancellationToken);

    /// <summary>Entities of one table, all or only those whose row exists, in key order, after a key (exclusive).</summary>
    Task<IReadOnlyList<EntityState>> ListAsync(TableId table, bool onlyExisting, EntityKey? after, int limit, CancellationToken cancellationToken);

    /// <summary>Entities whose <see cref="EntityState.ParentStripeId"/> this is.</summary>
    Task<IReadOnlyList<EntityState>> ChildrenAsync(string parentStripeId, CancellationToken cancellationToken);

    /// <summary>Entities with an open intent or succession: what a crash left unfinished.</summary>
    Task<IReadOnlyList<EntityState>> UnfinishedAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<ParkedRow>> ParkedAsync(IReadOnlyCollection<EntityKey> keys, CancellationToken cancellationToken);

    /// <summary>Parked rows that wait for any of these (see <see cref="ParkedRow.WaitsFor"/>).</summary>
    Task<IReadOnlyList<ParkedRow>> WaitersAsync(IReadOnlyCollection<string> waitsFor, CancellationToken cancellationToken);

    Task<IReadOnlyList<ParkedRow>> ParkedAsync(ParkReason? reason, int limit, CancellationToken cancellationToken);

    Task<IReadOnlyList<Claim>> ClaimsAsync(string kind, string value, CancellationToken cancellationToken);

    /// <summary>Claims to any of these values; each says the value as it was asked for.</summary>
    async Task<IReadOnlyList<Claim>> ClaimsAsync(IReadOnlyCollection<(string Kind, string Value)> values, CancellationToken cancellationToken)
    {
        List<Claim> all = [];
        foreach (var (kind, value) in values) all.AddRange(await ClaimsAsync(kind, value, cancellationToken));
        return all;
    }

    /// <summary>Claims that this row holds, of every kind.</summary>
    Task<IReadOnlyList<Claim>> ClaimsOfAsync(EntityKey claimant, CancellationToken cancellationToken);

    /// <summary>Claims that any of these rows holds, of every kind.</summary>
    async Task<IReadOnlyList<Claim>> ClaimsOfAsync(IReadOnlyCollection<EntityKey> claimants, CancellationToken cancellationToken)
    {
        List<Claim> all = [];
        foreach (var claimant in claimants) all.AddRange(await ClaimsOfAsync(claimant, cancellationToken));
        return all;
    }

    /// <summary>Calls from before a time that nobody has answered, oldest first.</summary>
    Task<IReadOnlyList<WakeCall>> CallsAsync(DateTimeOffset before, CancellationToken cancellationToken);

    Task<IReadOnlyList<StoredOffset>> OffsetsAsync(IReadOnlyCollection<PartitionId> partitions, CancellationToken cancellationToken);

    /// <summary>What the store has forgotten and has not read again. A partition counts on while any row waits or any letter stands: those may be of
    /// records that were forgotten. What counts no more when it is asked for never will: it is dropped.</summary>
    Task<IReadOnlyList<ForgottenRecords>> ForgottenAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<TablePosition>> TablePositionsAsync(CancellationToken cancellationToken);

    /// <summary>Each table's newest complete snapshot that was read to its last row.</summary>
    Task<IReadOnlyList<SnapshotEnd>> SnapshotEndsAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Dead letters that the filter takes, newest first, or in its order.</summary>
    Task<IReadOnlyList<DeadLetter>> LettersAsync(LetterFilter filter, int limit, CancellationToken cancellationToken);

    /// <summary>How many letters of a topic still need somebody of which not even the row could be told, of records that Kafka has had since a time.</summary>
    /// <param name="since">Milliseconds since 1970 (<see cref="SourceRecord.Timestamp"/>).</param>
    async Task<int> CountUntoldLettersAsync(string topic, long since, CancellationToken cancellationToken) =>
        (await LettersAsync(LetterFilter.Standing with { Table = topic }, int.MaxValue, cancellationToken)).Count(l => l.Entity is null && l.Record.Timestamp >= since);

    /// <summary>How many rows wait and how many dead letters stand, whoever left them.</summary>
    async Task<StandingCounts> StandingAsync(CancellationToken cancellationToken) => new(
        (await ParkedAsync(null, int.MaxValue, cancellationToken)).CountBy(p => p.Reason).ToDictionary(), (await DeadLettersAsync(int.MaxValue, cancellationToken)).Count);

    /// <summary>Asks for another try, opens again or closes; the controls' revision grows, so that every instance looks. Answers how many.</summary>
    Task<int> MarkLettersAsync(LetterFilter filter, LetterState state, string outcome, CancellationToken cancellationToken);

    /// <summary>Lets steps pass in their order while fewer than the allowance count, over all instances: one that passed counts from then on, and as its effect once that
    /// stands in the audit. A step that passed and has no effect yet passes again without counting again; if it never has one, it counts until the window has passed it.</summary>
    /// <param name="kind">The audit's word for the effect: archive, delete, recreate, price_change or create.</param>
    /// <param name="allowance">So many may pass within the window.</param>
    /// <param name="since">When the window began.</param>
    Task<BreadthAnswer> PassAsync(
        string resource, string kind, IReadOnlyList<BreadthAsk> asks, long allowance, DateTimeOffset since, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Whether the store knows any object of ours, current or archived or kept.</summary>
    Task<bool> KnowsObjectsAsync(CancellationToken cancellationToken);

    /// <summary>Entities with a current object (<see cref="EntityPhase.Linked"/>) by resource: the whole that a breadth share is of.</summary>
    Task<IReadOnlyDictionary<string, int>> LinkedCountsAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<AuditEntry>> AuditAsync(int newest, CancellationToken cancellationToken);

    Task<Controls> ControlsAsync(CancellationToken cancellationToken);

    /// <summary>Sets pause, create-all and the active mapping; the revision grows.</summary>
    Task SetControlsAsync(Controls controls, CancellationToken cancellationToken);

    /// <summary>Changes some of the controls at once; the revision grows.</summary>
    async Task ChangeControlsAsync(ControlsChange change, CancellationToken cancellationToken)
    {
        var now = await ControlsAsync(cancellationToken);
        await SetControlsAsync(
            now with { Paused = change.Paused ?? now.Paused, PausedBecause = change.PausedBecause ?? now.PausedBecause, CreateAll = change.CreateAll ?? now.CreateAll, Adopt = change.Adopt ?? now.Adopt },
            cancellationToken);
    }

    /// <summary>Marks parked rows approved: the brake no longer holds them. Answers how many.</summary>
    Task<int> ApproveAsync(ParkReason reason, string? resource, CancellationToken cancellationToken);

    /// <summary>Marks these parked rows approved, whatever they wait for: they are tried once more at once. Answers how many.</summary>
    Task<int> ReleaseAsync(IReadOnlyCollection<EntityKey> keys, CancellationToken cancellationToken);
}
