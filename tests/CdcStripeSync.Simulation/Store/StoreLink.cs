using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.Checks;
using CdcStripeSync.Simulation.Scheduling;

namespace CdcStripeSync.Simulation.Store;

/// <summary>One process's connection to the shared state store: calls travel, wait, fail before they are carried out, or after.</summary>
internal sealed class StoreLink(SimulatedProcess process, StoreServer server, InMemoryStateStore store, BreadthCheck breadth) : IStateStore
{
    public Task<IReadOnlyList<RowIdentity>> IdentifyAsync(IReadOnlyCollection<RowIdentity> identities, CancellationToken cancellationToken) => Call(() => store.IdentifyAsync(identities, default), cancellationToken);

    public Task<StoreStamp> StampAsync(StoreStamp stamp, CancellationToken cancellationToken) => Call(() => store.StampAsync(stamp, default), cancellationToken);

    public Task WriteAsync(StateBatch batch, CancellationToken cancellationToken)
    {
        if (process.World.IsTraced) process.World.Say($"{process.Name} stores {Describe(batch)}");
        return Call(
            async () =>
            {
                await store.WriteAsync(batch, default);
                return true;
            },
            cancellationToken);
    }

    public Task<IReadOnlyDictionary<EntityKey, EntityState>> LoadAsync(IReadOnlyCollection<EntityKey> keys, CancellationToken cancellationToken) => Call(() => store.LoadAsync(keys, default), cancellationToken);

    public Task<IReadOnlyList<EntityState>> FindAsync(string resource, string key, CancellationToken cancellationToken) => Call(() => store.FindAsync(resource, key, default), cancellationToken);

    public Task<EntityState?> FindByStripeIdAsync(string stripeId, CancellationToken cancellationToken) => Call(() => store.FindByStripeIdAsync(stripeId, default), cancellationToken);

    public Task<IReadOnlyList<EntityState>> ListAsync(TableId table, bool onlyExisting, EntityKey? after, int limit, CancellationToken cancellationToken) => Call(() => store.ListAsync(table, onlyExisting, after, limit, default), cancellationToken);

    public Task<IReadOnlyList<EntityState>> ChildrenAsync(string parentStripeId, CancellationToken cancellationToken) => Call(() => store.ChildrenAsync(parentStripeId, default), cancellationToken);

    public Task<IReadOnlyList<EntityState>> UnfinishedAsync(CancellationToken cancellationToken) => Call(() => store.UnfinishedAsync(default), cancellationToken);

    public Task<IReadOnlyList<ParkedRow>> ParkedAsync(IReadOnlyCollection<EntityKey> keys, CancellationToken cancellationToken) => Call(() => store.ParkedAsync(keys, default), cancellationToken);

    public Task<IReadOnlyList<ParkedRow>> WaitersAsync(IReadOnlyCollection<string> waitsFor, CancellationToken cancellationToken) => Call(() => store.WaitersAsync(waitsFor, default), cancellationToken);

    public Task<IReadOnlyList<ParkedRow>> ParkedAsync(ParkReason? reason, int limit, CancellationToken cancellationToken) => Call(() => store.ParkedAsync(reason, limit, default), cancellationToken);

    public Task<IReadOnlyList<Claim>> ClaimsAsync(string kind, string value, CancellationToken cancellationToken) => Call(() => store.ClaimsAsync(kind, value, default), cancellationToken);

    public Task<IReadOnlyList<Claim>> ClaimsOfAsync(EntityKey claimant, CancellationToken cancellationToken) => Call(() => store.ClaimsOfAsync(claimant, default), cancellationToken);

    public Task<IReadOnlyList<WakeCall>> CallsAsync(DateTimeOffset before, CancellationToken cancellationToken) => Call(() => store.CallsAsync(before, default), cancellationToken);

    public Task<IReadOnlyList<StoredOffset>> OffsetsAsync(IReadOnlyCollection<PartitionId> partitions, CancellationToken cancellationToken) => Call(() => store.OffsetsAsync(partitions, default), cancellationToken);

    public Task<IReadOnlyList<ForgottenRecords>> ForgottenAsync(CancellationToken cancellationToken) => Call(() => store.ForgottenAsync(default), cancellationToken);

    public Task<IReadOnlyList<SnapshotEnd>> SnapshotEndsAsync(CancellationToken cancellationToken) => Call(() => store.SnapshotEndsAsync(default), cancellationToken);

    public Task<IReadOnlyList<TablePosition>> TablePositionsAsync(CancellationToken cancellationToken) => Call(() => store.TablePositionsAsync(default), cancellationToken);

    public Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(int limit, CancellationToken cancellationToken) => Call(() => store.DeadLettersAsync(limit, default), cancellationToken);

    public Task<IReadOnlyList<DeadLetter>> LettersAsync(LetterFilter filter, int limit, CancellationToken cancellationToken) => Call(() => store.LettersAsync(filter, limit, default), cancellationToken);

    public Task<int> MarkLettersAsync(LetterFilter filter, LetterState state, string outcome, CancellationToken cancellationToken) => Call(() => store.MarkLettersAsync(filter, state, outcome, default), cancellationToken);

    public Task<BreadthAnswer> PassAsync(string resource, string kind, IReadOnlyList<BreadthAsk> asks, long allowance, DateTimeOffset since, DateTimeOffset now, CancellationToken cancellationToken) =>
        Call(async () => breadth.Answered(resource, kind, asks, await store.PassAsync(resource, kind, asks, allowance, since, now, default), now), cancellationToken);

    public Task<bool> KnowsObjectsAsync(CancellationToken cancellationToken) => Call(() => store.KnowsObjectsAsync(default), cancellationToken);

    public Task<IReadOnlyDictionary<string, int>> LinkedCountsAsync(CancellationToken cancellationToken) => Call(() => store.LinkedCountsAsync(default), cancellationToken);

    public Task<IReadOnlyList<AuditEntry>> AuditAsync(int newest, CancellationToken cancellationToken) => Call(() => store.AuditAsync(newest, default), cancellationToken);

    public Task<Controls> ControlsAsync(CancellationToken cancellationToken) => Call(() => store.ControlsAsync(default), cancellationToken);

    public Task SetControlsAsync(Controls controls, CancellationToken cancellationToken) => Call(
        async () =>
        {
            await store.SetControlsAsync(controls, default);
            return true;
        },
        cancellationToken);

    public Task<int> ApproveAsync(ParkReason reason, string? resource, CancellationToken cancellationToken) => Call(() => store.ApproveAsync(reason, resource, default), cancellationToken);

    public Task<int> ReleaseAsync(IReadOnlyCollection<EntityKey> keys, CancellationToken cancellationToken) => Call(() => store.ReleaseAsync(keys, default), cancellationToken);

    private Task<T> Call<T>(Func<Task<T>> call, CancellationToken cancellationToken) => server.Call(process, call, cancellationToken);

    private static string Describe(StateBatch batch) => string.Join(
        "; ",
        [
            .. batch.Entities.Select(e => $"{e.Key} {e.Phase} {e.StripeId} at {e.Streamed?.Position}{(e.RowExists ? "" : " gone")}{(e.Intent is { } i ? $" intent {i.IdempotencyKey} {i.Path}" : "")}{(e.Succession is { } s ? $" succession {s.OldId}" : "")}"),
            .. batch.Park.Select(p => $"park {p.Key} {p.Reason} {p.Message}"), .. batch.Unpark.Select(p => $"unpark {p}"),
            .. batch.Claims.Select(c => $"claim {c.Kind} {c.Value} {c.Claimant} {c.At.Position}"), .. batch.ClaimsDropped.Select(c => $"drop {c.Kind} {c.Value} {c.Claimant}"),
            .. batch.Calls.Select(c => $"call {c.Key} {c.Kind} {c.Value}"), .. batch.CallsAnswered.Select(c => $"answered {c}"),
            .. batch.Offsets.Select(o => $"offset {o.Partition} {o.Next}"), .. batch.DeadLetters.Select(d => $"dead letter {d.Error}"),
        ]);
}
