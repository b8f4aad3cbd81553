using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Postgres.Migrations;
using CdcStripeSync.Postgres.Tables;
using Npgsql;

namespace CdcStripeSync.Postgres;

/// <summary>The durable state in PostgreSQL, in a schema of its own.</summary>
/// <remarks>A batch whose answer was lost may stand or not: writing it again changes nothing. Statements whose lists are empty are not sent.</remarks>
public sealed class PostgresStateStore : IStateStore, IBudgetShares
{
    private readonly StoreConnection _store;
    private readonly string _writer = Guid.NewGuid().ToString("N");
    private readonly Lock _lock = new();
    private long _writes;
    private long _confirmed;

    private PostgresStateStore(StoreConnection store) => _store = store;

    /// <summary>Brings the tables to this program's version and answers the store over them.</summary>
    /// <param name="source">From <see cref="StateStoreSource"/>; the caller keeps it and disposes of it.</param>
    /// <param name="schema">The schema that <paramref name="source"/> was made for.</param>
    /// <exception cref="StoreSchemaException">The store belongs to another version of the program.</exception>
    /// <exception cref="StateStoreUnavailableException">The database is away.</exception>
    public static async Task<PostgresStateStore> OpenAsync(NpgsqlDataSource source, string schema, CancellationToken cancellationToken)
    {
        var store = new StoreConnection(source);
        await store.AskAsync(() => new Migrator(source, schema, Migration.All).MigrateAsync(cancellationToken));
        await store.ExecuteAsync([WritersTable.Forget()], cancellationToken);
        return new PostgresStateStore(store);
    }

    /// <summary>The store as it stands: nothing is made, and nothing brought to this program's version.</summary>
    /// <returns>It, and how many migrations it lacks: to be used where it lacks none. Null where there is no store yet.</returns>
    /// <exception cref="StoreSchemaException">The store belongs to another version of the program.</exception>
    /// <exception cref="StateStoreUnavailableException">The database is away.</exception>
    public static async Task<(PostgresStateStore Store, int Missing)?> LookAsync(NpgsqlDataSource source, string schema, CancellationToken cancellationToken)
    {
        var store = new StoreConnection(source);
        return await store.AskAsync(() => new Migrator(source, schema, Migration.All).MissingAsync(cancellationToken)) is { } missing ? (new PostgresStateStore(store), missing) : null;
    }

    public async Task<StoreStamp> StampAsync(StoreStamp stamp, CancellationToken cancellationToken)
    {
        // Two statements: one that inserts does not see what another has just inserted.
        await _store.ExecuteAsync(
            [Statement.Of("insert into stamp (account, mode) values ($1, $2) on conflict do nothing").Text(stamp.Account).Text(stamp.Mode)], cancellationToken);
        return (await StampAsync(cancellationToken))!;
    }

    public async Task<IReadOnlyList<RowIdentity>> IdentifyAsync(IReadOnlyCollection<RowIdentity> identities, CancellationToken cancellationToken)
    {
        await _store.ExecuteAsync([.. identities.Select(IdentitiesTable.Keep)], cancellationToken);
        return await _store.QueryAsync(IdentitiesTable.Of(identities), IdentitiesTable.Read, cancellationToken);
    }

    /// <summary>The stamp that stands; null where no delivery has ever run on this store.</summary>
    public async Task<StoreStamp?> StampAsync(CancellationToken cancellationToken)
    {
        var stamps = await _store.QueryAsync(Statement.Of("select account, mode from stamp"), reader => new StoreStamp(reader.GetString(0), reader.GetString(1)), cancellationToken);
        return stamps.Count > 0 ? stamps[0] : null;
    }

    /// <summary>What identifies the rows that are kept of these resources.</summary>
    public async Task<IReadOnlyList<RowIdentity>> IdentitiesAsync(IReadOnlyCollection<RowIdentity> identities, CancellationToken cancellationToken) =>
        await _store.QueryAsync(IdentitiesTable.Kept(identities), IdentitiesTable.Read, cancellationToken);

    public async Task WriteAsync(StateBatch batch, CancellationToken cancellationToken)
    {
        if (batch.IsEmpty) return;
        if ((batch with { Forgotten = [] }).IsEmpty)
        {
            await _store.ExecuteAsync(Statements(batch), cancellationToken); // that is said to any store
            return;
        }

        var number = Interlocked.Increment(ref _writes);
        await _store.ExecuteAsync([WritersTable.Note(_writer, number, Volatile.Read(ref _confirmed)), .. Statements(batch)], cancellationToken);
        lock (_lock) _confirmed = Math.Max(_confirmed, number);
    }

    private List<NpgsqlBatchCommand> Statements(StateBatch batch)
    {
        var statements = new List<NpgsqlBatchCommand>(15);
        if (!batch.Entities.IsEmpty)
        {
            var entities = batch.Entities.LastOf(e => e.Key, e => e.Key.ToString());
            statements.Add(EntitiesTable.Upsert(entities, _writer));
            statements.AddRange(OpenWorkTable.Of(entities));
        }

        if (!batch.Park.IsEmpty) statements.Add(ParkedTable.Upsert(batch.Park));
        if (!batch.Unpark.IsEmpty) statements.Add(ParkedTable.Delete(batch.Unpark));
        if (!batch.Claims.IsEmpty) statements.Add(ClaimsTable.Upsert(batch.Claims));
        if (!batch.ClaimsDropped.IsEmpty) statements.Add(ClaimsTable.Delete(batch.ClaimsDropped));
        if (!batch.Calls.IsEmpty) statements.Add(CallsTable.Insert(batch.Calls));
        if (!batch.CallsAnswered.IsEmpty) statements.Add(CallsTable.Delete(batch.CallsAnswered));
        if (!batch.DeadLetters.IsEmpty) statements.Add(DeadLettersTable.Upsert(batch.DeadLetters));
        if (!batch.TablePositions.IsEmpty) statements.Add(TablePositionsTable.Upsert(batch.TablePositions));
        if (!batch.SnapshotEnds.IsEmpty) statements.Add(SnapshotEndsTable.Upsert(batch.SnapshotEnds));
        if (!batch.Audit.IsEmpty) statements.Add(AuditTable.Insert(batch.Audit));
        if (batch.Audit.Where(a => a.IsBroad).ToList() is { Count: > 0 } broad) statements.Add(BreadthPassesTable.Delete(broad));
        if (!batch.Offsets.IsEmpty) statements.Add(OffsetsTable.Upsert(batch.Offsets));
        if (!batch.Forgotten.IsEmpty) statements.Add(ForgottenTable.Upsert(batch.Forgotten));
        return statements;
    }

    /// <remarks>Under the lock that <c>renew_share</c> takes, and that ends with the transaction.</remarks>
    public async Task<double> RenewShareAsync(string instance, double demand, double used, TimeSpan lease, CancellationToken cancellationToken) =>
        (await _store.QueryAsync(
            [
                Statement.Of("select renew_share($1, $2, $3)").Text(instance).Double(demand).Interval(lease),
                Statement.Of("update budget_shares set share = greatest(share, $2) where instance = $1").Text(instance).Double(used),
            ],
            reader => reader.GetDouble(0), cancellationToken))[0];

    public Task ReturnShareAsync(string instance, CancellationToken cancellationToken) =>
        _store.ExecuteAsync([Statement.Of("delete from budget_shares where instance = $1").Text(instance)], cancellationToken);

    /// <summary>Removes audit entries from before a time, the oldest first.</summary>
    /// <returns>How many were removed: <paramref name="most"/>, or all there were.</returns>
    public async Task<int> ForgetAuditAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        (await _store.QueryAsync(AuditTable.Forget(before, most), reader => reader.GetInt32(0), cancellationToken))[0];

    public async Task<IReadOnlyDictionary<EntityKey, EntityState>> LoadAsync(IReadOnlyCollection<EntityKey> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0) return new Dictionary<EntityKey, EntityState>();
        var entities = await _store.QueryAsync(EntitiesTable.Load([.. keys.Distinct()]), EntitiesTable.Read, cancellationToken);
        return entities.ToDictionary(e => e.Key);
    }

    public async Task<IReadOnlyList<EntityState>> FindAsync(string resource, string key, CancellationToken cancellationToken) =>
        await _store.QueryAsync(EntitiesTable.Find(resource, key), EntitiesTable.Read, cancellationToken);

    public async Task<EntityState?> FindByStripeIdAsync(string stripeId, CancellationToken cancellationToken) =>
        (await _store.QueryAsync(EntitiesTable.FindByStripeId(stripeId), EntitiesTable.Read, cancellationToken)).FirstOrDefault();

    public async Task<IReadOnlyList<EntityState>> ListAsync(TableId table, bool onlyExisting, EntityKey? after, int limit, CancellationToken cancellationToken) =>
        await _store.QueryAsync(EntitiesTable.List(table, onlyExisting, after, limit), EntitiesTable.Read, cancellationToken);

    public async Task<IReadOnlyList<EntityState>> ChildrenAsync(string parentStripeId, CancellationToken cancellationToken) =>
        await _store.QueryAsync(EntitiesTable.Children(parentStripeId), EntitiesTable.Read, cancellationToken);

    public async Task<IReadOnlyList<EntityState>> UnfinishedAsync(CancellationToken cancellationToken) =>
        await _store.QueryAsync(EntitiesTable.Unfinished(), EntitiesTable.Read, cancellationToken);

    public async Task<IReadOnlyList<ParkedRow>> ParkedAsync(IReadOnlyCollection<EntityKey> keys, CancellationToken cancellationToken) =>
        keys.Count == 0 ? [] : await _store.QueryAsync(ParkedTable.Load([.. keys.Distinct()]), ParkedTable.Read, cancellationToken);

    public async Task<IReadOnlyList<ParkedRow>> WaitersAsync(IReadOnlyCollection<string> waitsFor, CancellationToken cancellationToken) =>
        await _store.QueryAsync(ParkedTable.Waiters(waitsFor), ParkedTable.Read, cancellationToken);

    public async Task<IReadOnlyList<ParkedRow>> ParkedAsync(ParkReason? reason, int limit, CancellationToken cancellationToken) =>
        await _store.QueryAsync(ParkedTable.List(reason, limit), ParkedTable.Read, cancellationToken);

    public async Task<IReadOnlyList<Claim>> ClaimsAsync(string kind, string value, CancellationToken cancellationToken) =>
        await _store.QueryAsync(ClaimsTable.Of(kind, value), ClaimsTable.Read, cancellationToken);

    public async Task<IReadOnlyList<Claim>> ClaimsAsync(IReadOnlyCollection<(string Kind, string Value)> values, CancellationToken cancellationToken)
    {
        if (values.Count == 0) return [];
        var asked = values.ToLookup(v => (v.Kind, Value: StoredText.Plain(v.Value)));
        var stored = await _store.QueryAsync(ClaimsTable.Of([.. asked.Select(v => v.Key)]), ClaimsTable.Read, cancellationToken);
        return [.. stored.SelectMany(c => asked[(c.Kind, c.Value)].Select(v => c with { Value = v.Value }))];
    }

    public async Task<IReadOnlyList<Claim>> ClaimsOfAsync(EntityKey claimant, CancellationToken cancellationToken) =>
        await _store.QueryAsync(ClaimsTable.Of(claimant), ClaimsTable.Read, cancellationToken);

    public async Task<IReadOnlyList<Claim>> ClaimsOfAsync(IReadOnlyCollection<EntityKey> claimants, CancellationToken cancellationToken) =>
        claimants.Count == 0 ? [] : await _store.QueryAsync(ClaimsTable.Of([.. claimants.Distinct()]), ClaimsTable.Read, cancellationToken);

    public async Task<IReadOnlyList<WakeCall>> CallsAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        await _store.QueryAsync(CallsTable.List(before), CallsTable.Read, cancellationToken);

    public async Task<IReadOnlyList<StoredOffset>> OffsetsAsync(IReadOnlyCollection<PartitionId> partitions, CancellationToken cancellationToken) =>
        partitions.Count == 0 ? [] : await _store.QueryAsync(OffsetsTable.Load([.. partitions.Distinct()]), OffsetsTable.Read, cancellationToken);

    public async Task<IReadOnlyList<ForgottenRecords>> ForgottenAsync(CancellationToken cancellationToken) =>
        await _store.QueryAsync(ForgottenTable.Standing(), ForgottenTable.Read, cancellationToken);

    public async Task<IReadOnlyList<TablePosition>> TablePositionsAsync(CancellationToken cancellationToken) =>
        await _store.QueryAsync(TablePositionsTable.List(), TablePositionsTable.Read, cancellationToken);

    public async Task<IReadOnlyList<SnapshotEnd>> SnapshotEndsAsync(CancellationToken cancellationToken) =>
        await _store.QueryAsync(SnapshotEndsTable.List(), SnapshotEndsTable.Read, cancellationToken);

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(int limit, CancellationToken cancellationToken) =>
        await LettersAsync(LetterFilter.Standing, limit, cancellationToken);

    public async Task<IReadOnlyList<DeadLetter>> LettersAsync(LetterFilter filter, int limit, CancellationToken cancellationToken) =>
        await _store.QueryAsync(DeadLettersTable.List(filter, limit), DeadLettersTable.Read, cancellationToken);

    public async Task<int> CountLettersAsync(LetterFilter filter, CancellationToken cancellationToken) =>
        (await _store.QueryAsync(DeadLettersTable.Count(filter), reader => reader.GetInt32(0), cancellationToken))[0];

    public async Task<int> CountUntoldLettersAsync(string topic, long since, CancellationToken cancellationToken) =>
        (await _store.QueryAsync(DeadLettersTable.CountUntold(topic, since), reader => reader.GetInt32(0), cancellationToken))[0];

    public async Task<StandingCounts> StandingAsync(CancellationToken cancellationToken)
    {
        var parked = await _store.QueryAsync(ParkedTable.Counts(), reader => (Reason: (ParkReason)reader.GetInt16(0), Count: reader.GetInt32(1)), cancellationToken);
        return new StandingCounts(parked.ToDictionary(p => p.Reason, p => p.Count), await CountLettersAsync(LetterFilter.Standing, cancellationToken));
    }

    public async Task<int> MarkLettersAsync(LetterFilter filter, LetterState state, string outcome, CancellationToken cancellationToken) =>
        (await _store.QueryAsync(DeadLettersTable.Mark(filter, state, outcome), reader => reader.GetInt32(0), cancellationToken))[0];

    public async Task<int> ReleaseAsync(IReadOnlyCollection<EntityKey> keys, CancellationToken cancellationToken) =>
        keys.Count == 0 ? 0 : (await _store.QueryAsync(ParkedTable.Release([.. keys.Distinct()]), reader => reader.GetInt32(0), cancellationToken))[0];

    public async Task<BreadthAnswer> PassAsync(
        string resource, string kind, IReadOnlyList<BreadthAsk> asks, long allowance, DateTimeOffset since, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var answers = await _store.QueryAsync(
            BreadthPassesTable.Pass(resource, kind, asks, allowance, since, now), reader => (Passed: reader.GetInt64(0), Held: reader.GetFieldValue<int[]>(1)), cancellationToken);
        return new BreadthAnswer(answers[0].Passed, answers[0].Held.Select(i => asks[i - 1].Entity).ToHashSet());
    }

    public async Task<bool> KnowsObjectsAsync(CancellationToken cancellationToken) =>
        (await _store.QueryAsync(EntitiesTable.KnowsObjects(), reader => reader.GetBoolean(0), cancellationToken))[0];

    public async Task<IReadOnlyDictionary<string, int>> LinkedCountsAsync(CancellationToken cancellationToken)
    {
        var counts = await _store.QueryAsync(
            EntitiesTable.LinkedCounts(), reader => (Resource: reader.GetString(0), Count: reader.GetInt32(1)), cancellationToken);
        return counts.ToDictionary(c => c.Resource, c => c.Count, StringComparer.Ordinal);
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<AuditEntry>> AuditAsync(int newest, CancellationToken cancellationToken) =>
        await _store.QueryAsync(AuditTable.Newest(newest), AuditTable.Read, cancellationToken);

    public async Task<Controls> ControlsAsync(CancellationToken cancellationToken)
    {
        var controls = await _store.QueryAsync(
            Statement.Of("select paused, paused_because, create_all, mapping_fingerprint, revision, adopt from controls"),
            reader => new Controls(reader.GetBoolean(0), reader.GetString(1), reader.GetBoolean(2), reader.GetString(3), reader.GetInt64(4)) { Adopt = reader.GetBoolean(5) },
            cancellationToken);
        return controls[0];
    }

    public Task SetControlsAsync(Controls controls, CancellationToken cancellationToken) => _store.ExecuteAsync(
        [
            Statement.Of("update controls set paused = $1, paused_because = $2, create_all = $3, mapping_fingerprint = $4, adopt = $5, revision = revision + 1")
                .Flag(controls.Paused).Text(StoredText.Plain(controls.PausedBecause)).Flag(controls.CreateAll).Text(controls.MappingFingerprint).Flag(controls.Adopt),
        ],
        cancellationToken);

    public Task ChangeControlsAsync(ControlsChange change, CancellationToken cancellationToken) => _store.ExecuteAsync(
        [
            Statement.Of("""
                update controls set paused = coalesce($1, paused), paused_because = coalesce($2, paused_because), create_all = coalesce($3, create_all),
                    adopt = coalesce($4, adopt), revision = revision + 1
                """)
                .Flag(change.Paused).Text(change.PausedBecause is { } why ? StoredText.Plain(why) : null).Flag(change.CreateAll).Flag(change.Adopt),
        ],
        cancellationToken);

    public async Task<int> ApproveAsync(ParkReason reason, string? resource, CancellationToken cancellationToken) =>
        (await _store.QueryAsync(ParkedTable.Approve(reason, resource), reader => reader.GetInt32(0), cancellationToken))[0];
}
