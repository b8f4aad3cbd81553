using CdcStripeSync.Core.Changes;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Tests.Doubles;

/// <summary>Records handed over one after another, with pauses; then the end. Also says what each record decodes to.</summary>
internal sealed class ScriptedSource : IRecordSource, IRecordDecoder
{
    private readonly Queue<(SourceRecord? Record, Func<Task>? Pause)> _script = new();
    private readonly Dictionary<RecordOrigin, DecodedRecord> _decoded = [];
    private readonly Dictionary<PartitionId, long> _next;

    private readonly HashSet<PartitionId> _paused = [];
    private readonly List<SourceRecord> _heldBack = [];
    private TaskCompletionSource? _resumed;
    private IPartitionHandler? _handler;

    public ScriptedSource(Dictionary<PartitionId, long> next) => _next = next;

    public List<StoredOffset> Commits { get; } = [];

    /// <summary>What is found while the partitions' offsets are compared at the start, and how long that takes.</summary>
    public Func<IPartitionHandler, Task> Comparing { get; set; } = _ => Task.CompletedTask;

    /// <summary>How long each commit takes.</summary>
    public Func<Task> Committing { get; set; } = () => Task.CompletedTask;

    /// <summary>While set, no schema can be had.</summary>
    public Func<bool> RegistryAway { get; set; } = () => false;

    /// <summary>Records whose schema cannot be had.</summary>
    public Predicate<RecordOrigin> SchemaAway { get; set; } = _ => false;

    /// <summary>How long the registry takes to tell that it has none.</summary>
    public Func<Task>? SchemaLookUp { get; set; }

    /// <summary>What is not to be read now.</summary>
    public IReadOnlySet<PartitionId> Paused => _paused;

    /// <summary>What the records added from now on carry; 0: nothing.</summary>
    public int Assignment { get; set; }

    /// <summary>Hands records over one at a time, or all that are ready.</summary>
    public bool Together { get; set; } = true;

    /// <summary>Tells with each record where its partition ends: after all that the script holds, and this much more that never comes.</summary>
    public long? KnownBeyond { get; set; }

    /// <summary>What a record decodes to, without decoding it.</summary>
    public DecodedRecord Of(SourceRecord record) => _decoded[record.Origin];

    /// <summary>Records decoded so far.</summary>
    public int DecodedCount { get; private set; }

    public RecordOrigin Add(string topic, int partition, Func<RecordOrigin, DecodedRecord> decoded)
    {
        var id = new PartitionId(topic, partition);
        var offset = _next.GetValueOrDefault(id);
        _next[id] = offset + 1;
        var origin = new RecordOrigin(topic, partition, offset);
        var record = _decoded[origin] = decoded(origin);
        var row = (record as DecodedRecord.Change)?.Event is { } change ? (change.After ?? change.RecordKey)["id"].ToText() : null;
        ReadOnlyMemory<byte>? key = row is null ? null : (ReadOnlyMemory<byte>?)System.Text.Encoding.UTF8.GetBytes(row);
        _script.Enqueue((new SourceRecord(origin, 0, key, new byte[] { 1, 2, 3 }, []) { Assignment = Assignment }, null));
        return origin;
    }

    /// <summary>What a record of an earlier run decodes to from now on.</summary>
    public void Decodes(RecordOrigin origin, DecodedRecord decoded) => _decoded[origin] = decoded;

    public void Then(Func<Task> pause) => _script.Enqueue((null, pause));

    /// <summary>The partitions went to another process for a while, and come back.</summary>
    public void ThenRebalance(Func<Task> meanwhile) => Then(async () =>
    {
        _handler!.Lost([.. _next.Keys]);
        await meanwhile();
        await _handler.AssignedAsync([.. _next.Keys], default);
    });

    /// <summary>Another process has this partition from now on.</summary>
    public void ThenLose(PartitionId partition, Func<Task> before) => Then(async () =>
    {
        await before();
        _handler!.Lost([partition]);
    });

    /// <summary>Kafka's group had committed this much when the partitions came.</summary>
    public void ThenStoreIsBehind(PartitionId partition, long? stored, long committed) => Then(() => _handler!.StoreIsBehindAsync(partition, stored, committed, default));

    /// <summary>More partitions come; none went.</summary>
    public void ThenAssign() => Then(async () => _ = await _handler!.AssignedAsync([.. _next.Keys], default));

    /// <summary>The group asks for a topic's partitions, and waits no longer than this.</summary>
    public void ThenRevoke(string topic, TimeSpan patience, TimeProvider time) => Then(async () =>
    {
        using var drain = new CancellationTokenSource(patience, time);
        PartitionId[] partitions = [.. _next.Keys.Where(p => p.Topic == topic)];
        try
        {
            await _handler!.RevokedAsync(partitions, drain.Token);
        }
        catch (OperationCanceledException)
        {
            _handler!.Lost(partitions);
        }
    });

    public async Task StartAsync(IPartitionHandler handler, CancellationToken cancellationToken)
    {
        _handler = handler;
        await handler.AssignedAsync([.. _next.Keys], cancellationToken);
        await Comparing(handler);
        await handler.ComparedAsync(cancellationToken);
    }

    public async ValueTask<IReadOnlyList<SourceRecord>> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            while (_script.TryPeek(out var next) && next.Pause is { } pause)
            {
                _script.Dequeue();
                await pause();
            }

            var records = _heldBack.Where(r => !_paused.Contains(Partition(r))).ToList();
            _heldBack.RemoveAll(records.Contains);
            while (_script.TryPeek(out var next) && next.Record is { } record && (Together || records.Count == 0))
            {
                _script.Dequeue();
                if (KnownBeyond is { } beyond) record = record with { End = _next[Partition(record)] + beyond };
                (_paused.Contains(Partition(record)) ? _heldBack : records).Add(record);
            }

            if (records.Count > 0 || (_script.Count == 0 && _heldBack.Count == 0)) return records;
            if (_script.Count > 0) continue;
            _resumed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = cancellationToken.UnsafeRegister(_ => _resumed.TrySetCanceled(cancellationToken), null);
            await _resumed.Task;
        }
    }

    private static PartitionId Partition(SourceRecord record) => new(record.Origin.Topic, record.Origin.Partition);

    public ValueTask<DecodedRecord> DecodeAsync(SourceRecord record, CancellationToken cancellationToken)
    {
        if (RegistryAway() || SchemaAway(record.Origin)) return SchemaLookUp is { } takes ? LookUpAsync(takes) : throw Away();
        DecodedCount++;
        return new(_decoded[record.Origin]);
    }

    private static async ValueTask<DecodedRecord> LookUpAsync(Func<Task> takes)
    {
        await takes();
        throw Away();
    }

    private static SchemaRegistryUnavailableException Away() => new("the registry is away");

    public async Task CommitAsync(IReadOnlyCollection<StoredOffset> offsets, CancellationToken cancellationToken)
    {
        await Committing();
        Commits.AddRange(offsets);
    }

    public void Pause(IReadOnlyCollection<PartitionId> partitions) => _paused.UnionWith(partitions);

    public void Resume(IReadOnlyCollection<PartitionId> partitions)
    {
        _paused.ExceptWith(partitions);
        _resumed?.TrySetResult();
    }

    /// <summary>Topics whose ends were asked for.</summary>
    public List<string> EndsAsked { get; } = [];

    public Task<IReadOnlyDictionary<int, long>?> EndsAsync(string topic, CancellationToken cancellationToken)
    {
        EndsAsked.Add(topic);
        return Task.FromResult<IReadOnlyDictionary<int, long>?>(_next.Where(n => n.Key.Topic == topic).ToDictionary(n => n.Key.Partition, n => n.Value));
    }

    public IReadOnlyDictionary<PartitionId, long> Lag() => new Dictionary<PartitionId, long>();

    public ValueTask DisposeAsync() => default;
}
