using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.InMemory;

/// <summary>A state store in memory, for replays and simulation: what is written is there at once, whole, and gone with the process.</summary>
public sealed class InMemoryStateStore : IStateStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<EntityKey, EntityState> _entities = [];
    private readonly Dictionary<EntityKey, EntityState> _asGiven = [];
    private readonly Dictionary<EntityKey, ParkedRow> _parked = [];
    private readonly Dictionary<(string, string, EntityKey), Claim> _claims = [];
    private readonly Dictionary<string, WakeCall> _calls = [];
    private readonly Dictionary<PartitionId, StoredOffset> _offsets = [];
    private readonly Dictionary<PartitionId, long> _forgotten = [];
    private readonly Dictionary<TableId, TablePosition> _tables = [];
    private readonly Dictionary<TableId, SnapshotEnd> _snapshots = [];
    private readonly List<DeadLetter> _letters = [];
    private readonly List<AuditEntry> _audit = [];
    private readonly Dictionary<(EntityKey Entity, string Kind), DateTimeOffset> _passes = [];
    private Controls _controls = new(false, "", false, "", 0);
    private readonly Dictionary<string, RowIdentity> _identities = new(StringComparer.Ordinal);
    private StoreStamp? _stamp;

    /// <summary>While set, every call fails as if the database were away.</summary>
    public bool Away { get; set; }

    /// <summary>Is told each batch before it is applied; throwing from it is a crash in the middle.</summary>
    public Action<StateBatch>? Writing { get; set; }

    /// <summary>Is told which entities are to be read, and waited for before they are: what others write meanwhile is in them.</summary>
    public Func<IReadOnlyCollection<EntityKey>, Task>? Loading { get; set; }

    /// <summary>Is waited for before a page of a table is read.</summary>
    public Func<Task>? Paging { get; set; }

    public IReadOnlyList<AuditEntry> Audit => Read(() => _audit.ToList());

    public IReadOnlyList<EntityState> Entities => Read(() => _entities.Values.ToList());

    public Task<StoreStamp> StampAsync(StoreStamp stamp, CancellationToken cancellationToken) => Task.FromResult(Read(() => _stamp ??= stamp));

    public Task<IReadOnlyList<RowIdentity>> IdentifyAsync(IReadOnlyCollection<RowIdentity> identities, CancellationToken cancellationToken) =>
        Task.FromResult(Read<IReadOnlyList<RowIdentity>>(() =>
        {
            foreach (var identity in identities)
            {
                if (!_identities.ContainsKey(identity.Resource) || _entities.Keys.All(k => k.Resource != identity.Resource)) _identities[identity.Resource] = identity;
            }

            return [.. identities.Select(i => _identities[i.Resource])];
        }));

    public Task WriteAsync(StateBatch batch, CancellationToken cancellationToken)
    {
        Writing?.Invoke(batch);
        return Task.FromResult(Read(() =>
        {
            if (batch.Entities.FirstOrDefault(Conflicts) is { } conflict) throw new StateConflictException($"{conflict.Key} was written by another process");
            foreach (var entity in batch.Entities)
            {
                _asGiven[entity.Key] = entity;
                _entities[entity.Key] = entity.Written();
            }

            foreach (var row in batch.Park) _parked[row.Key] = row with { Approved = row.Approved || IsApprovedStill(row) };
            foreach (var key in batch.Unpark) _parked.Remove(key);
            foreach (var claim in batch.Claims) _claims[(claim.Kind, claim.Value, claim.Claimant)] = claim;
            foreach (var claim in batch.ClaimsDropped.Where(d => _claims.TryGetValue((d.Kind, d.Value, d.Claimant), out var standing) && d.Drops(standing))) _claims.Remove((claim.Kind, claim.Value, claim.Claimant));
            foreach (var call in batch.Calls) _calls[call.Id] = call;
            foreach (var answered in batch.CallsAnswered) _calls.Remove(answered);
            foreach (var letter in batch.DeadLetters) Put(letter);
            foreach (var table in batch.TablePositions.Where(t => !_tables.TryGetValue(t.Table, out var standing) || t.Replaces(standing))) _tables[table.Table] = table;
            foreach (var end in batch.SnapshotEnds.Where(e => !_snapshots.TryGetValue(e.Table, out var standing) || e.Replaces(standing))) _snapshots[end.Table] = end;
            _audit.AddRange(batch.Audit);
            foreach (var effect in batch.Audit) _passes.Remove((effect.Entity, effect.Kind));
            foreach (var offset in batch.Offsets) _offsets[offset.Partition] = offset.Over(_offsets.TryGetValue(offset.Partition, out var standing) ? standing : null);
            foreach (var (partition, until) in batch.Forgotten) _forgotten[partition] = Math.Max(until, _forgotten.GetValueOrDefault(partition));
            return true;
        }));
    }

    public async Task<IReadOnlyDictionary<EntityKey, EntityState>> LoadAsync(IReadOnlyCollection<EntityKey> keys, CancellationToken cancellationToken)
    {
        if (Loading is { } loading) await loading(keys);
        return Read(() => keys.Where(_entities.ContainsKey).Distinct().ToDictionary(k => k, k => _entities[k]));
    }

    public Task<IReadOnlyList<EntityState>> FindAsync(string resource, string key, CancellationToken cancellationToken) =>
        List(() => _entities.Values.Where(e => e.Key.Resource == resource && e.Key.Key == key));

    public Task<EntityState?> FindByStripeIdAsync(string stripeId, CancellationToken cancellationToken) =>
        Task.FromResult(Read(() => _entities.Values.FirstOrDefault(e => e.StripeId == stripeId)));

    public async Task<IReadOnlyList<EntityState>> ListAsync(TableId table, bool onlyExisting, EntityKey? after, int limit, CancellationToken cancellationToken)
    {
        if (Paging is { } paging) await paging();
        return await List(() => _entities.Values.Where(e => e.Key.Table == table && (!onlyExisting || e.RowExists))
            .OrderBy(e => e.Key.ToString(), StringComparer.Ordinal)
            .Where(e => after is not { } a || string.CompareOrdinal(e.Key.ToString(), a.ToString()) > 0).Take(limit));
    }

    public Task<IReadOnlyList<EntityState>> ChildrenAsync(string parentStripeId, CancellationToken cancellationToken) =>
        List(() => _entities.Values.Where(e => e.ParentStripeId == parentStripeId));

    public Task<IReadOnlyList<EntityState>> UnfinishedAsync(CancellationToken cancellationToken) =>
        List(() => _entities.Values.Where(e => e.Intent is not null || e.Succession is not null));

    public Task<IReadOnlyList<ParkedRow>> ParkedAsync(IReadOnlyCollection<EntityKey> keys, CancellationToken cancellationToken) =>
        List(() => keys.Where(_parked.ContainsKey).Select(k => _parked[k]));

    public Task<IReadOnlyList<ParkedRow>> WaitersAsync(IReadOnlyCollection<string> waitsFor, CancellationToken cancellationToken) =>
        List(() => _parked.Values.Where(p => waitsFor.Contains(p.WaitsFor)));

    public Task<IReadOnlyList<ParkedRow>> ParkedAsync(ParkReason? reason, int limit, CancellationToken cancellationToken) =>
        List(() => _parked.Values.Where(p => reason is null || p.Reason == reason).Take(limit));

    public Task<IReadOnlyList<Claim>> ClaimsAsync(string kind, string value, CancellationToken cancellationToken) =>
        List(() => _claims.Values.Where(c => c.Kind == kind && c.Value == value));

    public Task<IReadOnlyList<Claim>> ClaimsOfAsync(EntityKey claimant, CancellationToken cancellationToken) =>
        List(() => _claims.Values.Where(c => c.Claimant == claimant));

    public Task<IReadOnlyList<WakeCall>> CallsAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        List(() => _calls.Values.Where(c => c.Since < before).OrderBy(c => c.Since).ThenBy(c => c.Id, StringComparer.Ordinal));

    public Task<IReadOnlyList<StoredOffset>> OffsetsAsync(IReadOnlyCollection<PartitionId> partitions, CancellationToken cancellationToken) =>
        List(() => partitions.Where(_offsets.ContainsKey).Select(p => _offsets[p]));

    public Task<IReadOnlyList<ForgottenRecords>> ForgottenAsync(CancellationToken cancellationToken) => List(() =>
    {
        var anyWaits = _parked.Count > 0 || _calls.Count > 0 || _letters.Exists(l => l.State != LetterState.Closed);
        foreach (var (partition, until) in _forgotten)
        {
            if (!anyWaits && _offsets.TryGetValue(partition, out var read) && read.Next >= until) _forgotten.Remove(partition);
        }

        return _forgotten.Select(f => new ForgottenRecords(f.Key, f.Value));
    });

    public Task<IReadOnlyList<TablePosition>> TablePositionsAsync(CancellationToken cancellationToken) => List(() => _tables.Values);

    public Task<IReadOnlyList<SnapshotEnd>> SnapshotEndsAsync(CancellationToken cancellationToken) => List(() => _snapshots.Values);

    public Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(int limit, CancellationToken cancellationToken) => LettersAsync(LetterFilter.Standing, limit, cancellationToken);

    public Task<IReadOnlyList<DeadLetter>> LettersAsync(LetterFilter filter, int limit, CancellationToken cancellationToken) =>
        List(() => Ordered(filter, _letters.Where(l => Takes(filter, l))).Take(limit));

    public Task<int> MarkLettersAsync(LetterFilter filter, LetterState state, string outcome, CancellationToken cancellationToken) => Task.FromResult(Read(() =>
    {
        var marked = 0;
        for (var i = 0; i < _letters.Count; i++)
        {
            if (!Takes(filter, _letters[i])) continue;
            _letters[i] = _letters[i] with { State = state, Outcome = outcome };
            marked++;
        }

        _controls = _controls with { Revision = _controls.Revision + 1 };
        return marked;
    }));

    public Task<BreadthAnswer> PassAsync(string resource, string kind, IReadOnlyList<BreadthAsk> asks, long allowance, DateTimeOffset since, DateTimeOffset now, CancellationToken cancellationToken) =>
        Task.FromResult(Read(() =>
        {
            foreach (var (pass, at) in _passes)
            {
                if (at < since) _passes.Remove(pass);
            }

            long counted = _audit.Count(a => a.At >= since && a.Entity.Resource == resource && a.Kind == kind) + _passes.Keys.Count(p => p.Entity.Resource == resource && p.Kind == kind);
            var held = new HashSet<EntityKey>();
            foreach (var ask in asks.Where(a => !_passes.ContainsKey((a.Entity, kind))))
            {
                if (!ask.Approved && counted >= allowance)
                {
                    held.Add(ask.Entity);
                    continue;
                }

                _passes[(ask.Entity, kind)] = now;
                counted++;
            }

            return new BreadthAnswer(counted, held);
        }));

    public Task<bool> KnowsObjectsAsync(CancellationToken cancellationToken) => Task.FromResult(Read(() => _entities.Values.Any(e => e.StripeId is not null)));

    public Task<IReadOnlyDictionary<string, int>> LinkedCountsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, int>>(Read(() => _entities.Values.Where(e => e.Phase == EntityPhase.Linked).GroupBy(e => e.Key.Resource).ToDictionary(g => g.Key, g => g.Count())));

    public Task<IReadOnlyList<AuditEntry>> AuditAsync(int newest, CancellationToken cancellationToken) => List(() => _audit.TakeLast(newest).Reverse());

    public Task<Controls> ControlsAsync(CancellationToken cancellationToken) => Task.FromResult(Read(() => _controls));

    public Task SetControlsAsync(Controls controls, CancellationToken cancellationToken) =>
        Task.FromResult(Read(() => _controls = controls with { Revision = _controls.Revision + 1 }));

    public Task<int> ApproveAsync(ParkReason reason, string? resource, CancellationToken cancellationToken) => Task.FromResult(Read(() =>
    {
        var rows = _parked.Values.Where(p => p.Reason == reason && (resource is null || p.Key.Resource == resource)).ToList();
        foreach (var row in rows) _parked[row.Key] = row with { Approved = true };
        _controls = _controls with { Revision = _controls.Revision + 1 };
        return rows.Count;
    }));

    /// <summary>The operator may have spoken since the breadth limit was asked again.</summary>
    private bool IsApprovedStill(ParkedRow row) => row.Reason == ParkReason.Breadth && _parked.GetValueOrDefault(row.Key) is { Reason: ParkReason.Breadth, Approved: true };

    /// <summary>Another version stands, and it is not this very write, whose answer was lost.</summary>
    private bool Conflicts(EntityState entity) =>
        _entities.GetValueOrDefault(entity.Key) is { } stored && stored.Version != entity.Version && !ReferenceEquals(_asGiven[entity.Key], entity);

    public Task<int> ReleaseAsync(IReadOnlyCollection<EntityKey> keys, CancellationToken cancellationToken) => Task.FromResult(Read(() =>
    {
        var rows = keys.Where(_parked.ContainsKey).ToList();
        foreach (var key in rows) _parked[key] = _parked[key] with { Approved = true };
        _controls = _controls with { Revision = _controls.Revision + 1 };
        return rows.Count;
    }));

    /// <summary>A letter of the same record and entity is one letter: the newest word on it stands, its id stays.</summary>
    private void Put(DeadLetter letter)
    {
        var known = _letters.FindIndex(l => l.Record.Origin == letter.Record.Origin && l.Record.Timestamp == letter.Record.Timestamp && l.Entity == letter.Entity);
        if (known < 0) _letters.Add(letter with { Id = _letters.Count + 1 });
        else _letters[known] = letter with { Id = _letters[known].Id, State = _letters[known].State == LetterState.Closed ? LetterState.Closed : LetterState.Open, Outcome = _letters[known].Outcome };
    }

    private static IOrderedEnumerable<DeadLetter> Ordered(LetterFilter filter, IEnumerable<DeadLetter> letters) => filter.InOrder
        ? letters.OrderBy(l => l.Record.Origin.Topic, StringComparer.Ordinal).ThenBy(l => l.Record.Origin.Partition).ThenBy(l => l.Record.Origin.Offset).ThenBy(l => l.Id)
        : filter.AfterId is null ? letters.OrderByDescending(l => l.Id) : letters.OrderBy(l => l.Id);

    private static bool Takes(LetterFilter filter, DeadLetter letter) =>
        (filter.States.Count == 0 || filter.States.Contains(letter.State))
        && (filter.Ids is null || filter.Ids.Contains(letter.Id))
        && (filter.Resource is null || letter.Entity?.Resource == filter.Resource)
        && (filter.Table is null || letter.Entity?.Table.ToString() == filter.Table || letter.Record.Origin.Topic == filter.Table)
        && (filter.Error is null || letter.Error.Contains(filter.Error, StringComparison.OrdinalIgnoreCase))
        && (filter.Before is null || letter.At < filter.Before)
        && (filter.AfterId is null || letter.Id > filter.AfterId)
        && (filter.After is not { } after || Compare(LetterPlace.Of(letter), after) > 0);

    private static int Compare(LetterPlace one, LetterPlace other) => string.CompareOrdinal(one.Record.Topic, other.Record.Topic) is var topic and not 0
        ? topic : (one.Record.Partition, one.Record.Offset, one.Id).CompareTo((other.Record.Partition, other.Record.Offset, other.Id));

    private Task<IReadOnlyList<T>> List<T>(Func<IEnumerable<T>> read) => Task.FromResult<IReadOnlyList<T>>(Read(() => read().ToList()));

    private T Read<T>(Func<T> read)
    {
        if (Away) throw new StateStoreUnavailableException("away", new IOException());
        lock (_lock) return read();
    }
}
