using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Observing;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Settling;

/// <summary>The store, waited for while it is away: nobody behind it sees an outage, nothing is lost and nothing is dead-lettered.</summary>
public sealed class PatientStateStore(IStateStore store, IDeliveryObserver observer, TimeProvider time) : IStateStore
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private int _away;

    public Task<StoreStamp> StampAsync(StoreStamp stamp, CancellationToken cancellationToken) => Wait(() => store.StampAsync(stamp, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<RowIdentity>> IdentifyAsync(IReadOnlyCollection<RowIdentity> identities, CancellationToken cancellationToken) => Wait(() => store.IdentifyAsync(identities, cancellationToken), cancellationToken);

    public Task WriteAsync(StateBatch batch, CancellationToken cancellationToken) => Wait(
        async () =>
        {
            await store.WriteAsync(batch, cancellationToken);
            return true;
        },
        cancellationToken);

    public Task<IReadOnlyDictionary<EntityKey, EntityState>> LoadAsync(IReadOnlyCollection<EntityKey> keys, CancellationToken cancellationToken) => Wait(() => store.LoadAsync(keys, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<EntityState>> FindAsync(string resource, string key, CancellationToken cancellationToken) => Wait(() => store.FindAsync(resource, key, cancellationToken), cancellationToken);

    public Task<EntityState?> FindByStripeIdAsync(string stripeId, CancellationToken cancellationToken) => Wait(() => store.FindByStripeIdAsync(stripeId, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<EntityState>> ListAsync(TableId table, bool onlyExisting, EntityKey? after, int limit, CancellationToken cancellationToken) => Wait(() => store.ListAsync(table, onlyExisting, after, limit, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<EntityState>> ChildrenAsync(string parentStripeId, CancellationToken cancellationToken) => Wait(() => store.ChildrenAsync(parentStripeId, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<EntityState>> UnfinishedAsync(CancellationToken cancellationToken) => Wait(() => store.UnfinishedAsync(cancellationToken), cancellationToken);

    public Task<IReadOnlyList<ParkedRow>> ParkedAsync(IReadOnlyCollection<EntityKey> keys, CancellationToken cancellationToken) => Wait(() => store.ParkedAsync(keys, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<ParkedRow>> WaitersAsync(IReadOnlyCollection<string> waitsFor, CancellationToken cancellationToken) => Wait(() => store.WaitersAsync(waitsFor, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<ParkedRow>> ParkedAsync(ParkReason? reason, int limit, CancellationToken cancellationToken) => Wait(() => store.ParkedAsync(reason, limit, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<Claim>> ClaimsAsync(string kind, string value, CancellationToken cancellationToken) => Wait(() => store.ClaimsAsync(kind, value, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<Claim>> ClaimsOfAsync(EntityKey claimant, CancellationToken cancellationToken) => Wait(() => store.ClaimsOfAsync(claimant, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<Claim>> ClaimsAsync(IReadOnlyCollection<(string Kind, string Value)> values, CancellationToken cancellationToken) => Wait(() => store.ClaimsAsync(values, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<Claim>> ClaimsOfAsync(IReadOnlyCollection<EntityKey> claimants, CancellationToken cancellationToken) => Wait(() => store.ClaimsOfAsync(claimants, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<WakeCall>> CallsAsync(DateTimeOffset before, CancellationToken cancellationToken) => Wait(() => store.CallsAsync(before, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<StoredOffset>> OffsetsAsync(IReadOnlyCollection<PartitionId> partitions, CancellationToken cancellationToken) => Wait(() => store.OffsetsAsync(partitions, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<ForgottenRecords>> ForgottenAsync(CancellationToken cancellationToken) => Wait(() => store.ForgottenAsync(cancellationToken), cancellationToken);

    public Task<IReadOnlyList<TablePosition>> TablePositionsAsync(CancellationToken cancellationToken) => Wait(() => store.TablePositionsAsync(cancellationToken), cancellationToken);

    public Task<IReadOnlyList<SnapshotEnd>> SnapshotEndsAsync(CancellationToken cancellationToken) => Wait(() => store.SnapshotEndsAsync(cancellationToken), cancellationToken);

    public Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(int limit, CancellationToken cancellationToken) => Wait(() => store.DeadLettersAsync(limit, cancellationToken), cancellationToken);

    public Task<BreadthAnswer> PassAsync(string resource, string kind, IReadOnlyList<BreadthAsk> asks, long allowance, DateTimeOffset since, DateTimeOffset now, CancellationToken cancellationToken) =>
        Wait(() => store.PassAsync(resource, kind, asks, allowance, since, now, cancellationToken), cancellationToken);

    public Task<bool> KnowsObjectsAsync(CancellationToken cancellationToken) => Wait(() => store.KnowsObjectsAsync(cancellationToken), cancellationToken);

    public Task<IReadOnlyDictionary<string, int>> LinkedCountsAsync(CancellationToken cancellationToken) => Wait(() => store.LinkedCountsAsync(cancellationToken), cancellationToken);

    public Task<IReadOnlyList<AuditEntry>> AuditAsync(int newest, CancellationToken cancellationToken) => Wait(() => store.AuditAsync(newest, cancellationToken), cancellationToken);

    public Task<Controls> ControlsAsync(CancellationToken cancellationToken) => Wait(() => store.ControlsAsync(cancellationToken), cancellationToken);

    public Task SetControlsAsync(Controls controls, CancellationToken cancellationToken) => Wait(
        async () =>
        {
            await store.SetControlsAsync(controls, cancellationToken);
            return true;
        },
        cancellationToken);

    public Task<int> ApproveAsync(ParkReason reason, string? resource, CancellationToken cancellationToken) => Wait(() => store.ApproveAsync(reason, resource, cancellationToken), cancellationToken);

    public Task<int> ReleaseAsync(IReadOnlyCollection<EntityKey> keys, CancellationToken cancellationToken) => Wait(() => store.ReleaseAsync(keys, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<DeadLetter>> LettersAsync(LetterFilter filter, int limit, CancellationToken cancellationToken) => Wait(() => store.LettersAsync(filter, limit, cancellationToken), cancellationToken);

    public Task<int> CountUntoldLettersAsync(string topic, long since, CancellationToken cancellationToken) => Wait(() => store.CountUntoldLettersAsync(topic, since, cancellationToken), cancellationToken);

    public Task<int> MarkLettersAsync(LetterFilter filter, LetterState state, string outcome, CancellationToken cancellationToken) => Wait(() => store.MarkLettersAsync(filter, state, outcome, cancellationToken), cancellationToken);

    private async Task<T> Wait<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var answer = await call();
                if (Volatile.Read(ref _away) != 0) Interlocked.Exchange(ref _away, 0);
                return answer;
            }
            catch (StateStoreUnavailableException e)
            {
                if (Interlocked.Exchange(ref _away, 1) == 0) observer.Alarm($"the state store is away: {e.Message}", "nothing to do here: delivery goes on when it is back; nothing is lost");
                await Task.Delay(Patience, time, cancellationToken);
            }
        }
    }
}
