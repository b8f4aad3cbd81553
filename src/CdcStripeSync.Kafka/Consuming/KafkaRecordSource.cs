using System.Collections.Concurrent;
using System.Threading.Channels;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Kafka.Native;
using CdcStripeSync.Pipeline.Ports;
using Confluent.Kafka;

namespace CdcStripeSync.Kafka.Consuming;

/// <summary>A consumer group of librdkafka: one dedicated thread polls, batches cross a bounded channel.</summary>
/// <remarks>Rebalance callbacks run on the polling thread, which waits there for the handler: no record of a partition is handed
/// over before the handler has said where it starts, and none is polled while a revoked partition drains.</remarks>
public sealed class KafkaRecordSource : IRecordSource
{
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(100);
    private readonly KafkaSourceOptions _options;
    private readonly Channel<IReadOnlyList<SourceRecord>> _batches;
    private readonly CancellationTokenSource _stop = new();
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<PartitionId> _owned = [];
    private readonly PartitionPauses _pauses;
    private readonly GroupCommits _commits;

    /// <summary>Up to where each partition is settled, as far as that was told; none where nobody ever read it.</summary>
    private readonly Dictionary<PartitionId, long> _settled = [];

    /// <summary>The ends at which nothing was left to read: behind the marks of transactions, too, which are no records.</summary>
    private readonly ConcurrentDictionary<PartitionId, long> _reached = new();
    private readonly KnownEnds _ends;
    private readonly GroupOffsets _group;
    private readonly Refusals _refusals;
    private IPartitionHandler? _handler;
    private bool _closed;
    private int _away;
    private int _assignments; // on the polling thread only

    public KafkaRecordSource(KafkaSourceOptions options)
    {
        LibrdkafkaResolver.Ensure();
        _options = options;
        _group = new GroupOffsets(options, reason => LastError = reason);
        _refusals = new Refusals(options);
        _batches = Channel.CreateBounded<IReadOnlyList<SourceRecord>>(new BoundedChannelOptions(options.BufferedBatches) { SingleReader = true, SingleWriter = true });
        _consumer = new ConsumerBuilder<byte[], byte[]>(ConsumerConfiguration.Of(options))
            .SetPartitionsAssignedHandler(OnAssigned)
            .SetPartitionsRevokedHandler(OnRevoked)
            .SetPartitionsLostHandler(OnLost)
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, error) => Trouble(error))
            .Build();
        _pauses = new PartitionPauses(_consumer.Pause, _consumer.Resume, reason => LastError = reason);
        _commits = new GroupCommits(owed => _consumer.Commit(owed.Select(o => new TopicPartitionOffset(Native(o.Partition), o.Next))), reason => LastError = reason);
        _ends = new KnownEnds(p => _consumer.GetWatermarkOffsets(Native(p)).High.Value);
    }

    /// <summary>The last error that librdkafka reported (it goes on by itself), for health and messages.</summary>
    public string? LastError { get; private set; }

    /// <exception cref="KafkaSourceException">librdkafka refuses a topic or pattern.</exception>
    public Task StartAsync(IPartitionHandler handler, CancellationToken cancellationToken)
    {
        try
        {
            _consumer.Subscribe(_options.Topics.Distinct(StringComparer.Ordinal));
        }
        catch (KafkaException e)
        {
            throw new KafkaSourceException($"kafka.topics: librdkafka refuses {string.Join(", ", _options.Topics)}: {e.Error.Reason}", "a pattern begins with ^ and is an extended regular expression of POSIX, as in ^shop[.]public[.].*", e);
        }

        _handler = handler;
        var thread = new Thread(Poll) { IsBackground = true, Name = "kafka consumer" };
        thread.Start();
        return Task.CompletedTask;
    }

    public async ValueTask<IReadOnlyList<SourceRecord>> ReadAsync(CancellationToken cancellationToken)
    {
        while (await _batches.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_batches.Reader.TryRead(out var batch)) return batch;
        }

        await _batches.Reader.Completion;
        return [];
    }

    public void Pause(IReadOnlyCollection<PartitionId> partitions)
    {
        lock (_owned)
        {
            if (!_closed) _pauses.Pause(Owned(partitions));
        }
    }

    public void Resume(IReadOnlyCollection<PartitionId> partitions)
    {
        lock (_owned)
        {
            if (!_closed) _pauses.Resume(Owned(partitions));
        }
    }

    private List<TopicPartition> Owned(IEnumerable<PartitionId> partitions) => [.. partitions.Where(_owned.Contains).Select(Native)];

    public Task CommitAsync(IReadOnlyCollection<StoredOffset> offsets, CancellationToken cancellationToken)
    {
        lock (_owned)
        {
            var ours = offsets.Where(o => _owned.Contains(o.Partition)).ToList();
            _commits.Owe(ours);
            foreach (var offset in ours) _settled[offset.Partition] = offset.Next;
        }

        // librdkafka's commit waits for the broker: on a thread of its own, since the pool has one for each processor and delivery runs on them.
        return Task.Factory.StartNew(_commits.Pay, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
    }

    /// <summary>Waits for brokers, like a commit: on a thread of its own.</summary>
    public Task<IReadOnlyDictionary<int, long>?> EndsAsync(string topic, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () => new PartitionEnds(_options, reason => LastError = reason).Of(topic, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    public IReadOnlyDictionary<PartitionId, long> Lag()
    {
        (PartitionId Id, long? Settled)[] owned;
        lock (_owned)
        {
            if (_closed) return new Dictionary<PartitionId, long>();
            owned = [.. _owned.Select(p => (p, _settled.TryGetValue(p, out var next) ? next : (long?)null))];
        }

        return owned.ToDictionary(p => p.Id, p => Lag(p.Id, p.Settled));
    }

    private long Lag(PartitionId partition, long? settled) => PartitionLag.Of(
        settled, _consumer.Position(Native(partition)).Value, _reached.GetValueOrDefault(partition), _consumer.GetWatermarkOffsets(Native(partition)).High.Value);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_handler is null) _consumer.Dispose();
        else await _ended.Task;
        _stop.Dispose();
    }

    private void Poll()
    {
        Exception? failure = null;
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var batch = NextBatch();
                if (batch.Count > 0) HandOver(batch);
                _commits.PayArrears();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // A stop, asked for.
        }
        catch (Exception e)
        {
            failure = e;
        }

        _batches.Writer.TryComplete(failure);
        lock (_owned) _closed = true;
        _commits.Close();
        try
        {
            _consumer.Close();
        }
        catch (Exception e)
        {
            LastError = e.Message; // of the pipeline's last commit, too, which Confluent throws on from here: nobody else would catch it on this thread
        }

        _consumer.Dispose();
        _ended.SetResult();
    }

    /// <summary>Waits for one record, then takes what is there already, up to the batch size.</summary>
    private List<SourceRecord> NextBatch()
    {
        var batch = new List<SourceRecord>();
        _ends.Forget();
        for (var wait = PollTime; batch.Count < _options.BatchSize; wait = TimeSpan.Zero)
        {
            if (Consume(wait) is not { } record)
            {
                KnownEnds.Reached(batch);
                break;
            }

            batch.Add(record);
        }

        return batch;
    }

    private SourceRecord? Consume(TimeSpan wait)
    {
        try
        {
            var read = _consumer.Consume(wait);
            for (; read is { IsPartitionEOF: true }; read = _consumer.Consume(TimeSpan.Zero)) _reached[Id(read.TopicPartition)] = read.Offset.Value;
            if (read is not { Message: not null }) return null;
            Volatile.Write(ref _away, 0);
            _refusals.Read(read);
            return Record(read);
        }
        catch (ConsumeException e) when (e.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange)
        {
            throw new KafkaSourceException(
                $"the offset of {e.ConsumerRecord?.TopicPartition} that reading goes on from is no longer in Kafka: records were deleted before they were read",
                "start once with `cdc-stripe run --skip-deleted-records`: each such partition goes on at its oldest record; then backfill the mapped tables (`cdc-stripe connectors backfill TABLE`), since what the deleted records said is missing", e);
        }
        catch (ConsumeException e) when (!e.Error.IsFatal)
        {
            LastError = e.Error.Reason;
            _refusals.Met(e.Error, e.ConsumerRecord?.TopicPartition);
            return null;
        }
    }

    private void Trouble(Error error)
    {
        if (error.Code == ErrorCode.Local_AllBrokersDown && Interlocked.Exchange(ref _away, 1) == 0)
            _options.Alarm?.Invoke($"Kafka at {_options.BootstrapServers} does not answer: {LastError ?? error.Reason}", "nothing to do here: reading goes on when it is back, nothing is lost");
        LastError = error.Reason;
    }

    /// <summary>Waits where the pipeline is behind, and goes on polling meanwhile, so that the group keeps this member.</summary>
    private void HandOver(List<SourceRecord> batch)
    {
        if (_batches.Writer.TryWrite(batch)) return;
        var paused = PauseAll();
        while (!_batches.Writer.TryWrite(batch))
        {
            _stop.Token.ThrowIfCancellationRequested();
            var assignments = _assignments;
            // A record that was on its way when the partition was paused goes with this batch: it comes once only.
            if (Consume(TimeSpan.FromMilliseconds(20)) is { } stray) batch.Add(stray);
            if (assignments != _assignments) paused = [.. paused.Union(PauseAll())]; // what has just come would be read for as long as nobody takes this
        }

        // Those too that were taken away meanwhile: librdkafka keeps the pause of a partition that comes back later, and it would stand still for ever.
        lock (_owned) _pauses.EndHandingOver(paused.Union(_owned.Select(Native)));
    }

    private List<TopicPartition> PauseAll()
    {
        var assigned = _consumer.Assignment;
        lock (_owned) _pauses.BeginHandingOver(assigned);
        return assigned;
    }

    private IEnumerable<TopicPartitionOffset> OnAssigned(IConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions)
    {
        if (partitions.Count == 0) return [];
        var ids = partitions.Select(Id).ToList();
        _assignments++;
        var stored = Wait(_handler!.AssignedAsync(ids, _stop.Token));
        var committed = _group.Committed(consumer, partitions, _stop.Token).ToDictionary(o => Id(o.TopicPartition), o => o.Offset);
        var starts = partitions.Select(p => new TopicPartitionOffset(p, GroupOffsets.Start(stored, committed, Id(p)))).ToList();
        lock (_owned)
        {
            _owned.UnionWith(ids);
            _commits.Owe(ids.Where(i => stored.ContainsKey(i) && committed.GetValueOrDefault(i, Offset.Unset).Value < 0).Select(i => new StoredOffset(i, stored[i])));
            foreach (var start in starts.Where(s => s.Offset.Value >= 0)) _settled[Id(start.TopicPartition)] = start.Offset.Value;
        }

        foreach (var id in ids)
        {
            var known = stored.TryGetValue(id, out var next) ? next : (long?)null;
            if (committed.GetValueOrDefault(id, Offset.Unset).Value is var group && group > (known ?? 0)) Wait(_handler!.StoreIsBehindAsync(id, known, group, _stop.Token));
        }

        Wait(_handler!.ComparedAsync(_stop.Token));
        return starts;
    }

    private void OnRevoked(IConsumer<byte[], byte[]> consumer, List<TopicPartitionOffset> partitions)
    {
        var ids = partitions.Select(p => Id(p.TopicPartition)).ToList();
        using var drain = new CancellationTokenSource(_options.DrainTime);
        try
        {
            Wait(_handler!.RevokedAsync(ids, drain.Token));
        }
        catch (OperationCanceledException)
        {
            _handler!.Lost(ids);
        }

        Forget(ids);
    }

    private void OnLost(IConsumer<byte[], byte[]> consumer, List<TopicPartitionOffset> partitions)
    {
        var ids = partitions.Select(p => Id(p.TopicPartition)).ToList();
        Forget(ids);
        _handler!.Lost(ids);
    }

    private void Forget(IReadOnlyList<PartitionId> partitions)
    {
        lock (_owned)
        {
            _owned.ExceptWith(partitions);
            _pauses.Forget([.. partitions.Select(Native)]);
            _commits.Forget(partitions);
            foreach (var partition in partitions)
            {
                _settled.Remove(partition);
                _reached.TryRemove(partition, out _);
            }
        }
    }

    private SourceRecord Record(ConsumeResult<byte[], byte[]> read) => new(
        new RecordOrigin(read.Topic, read.Partition.Value, read.Offset.Value), read.Message.Timestamp.UnixTimestampMs,
        read.Message.Key is { } key ? (ReadOnlyMemory<byte>?)key : null, read.Message.Value is { } value ? (ReadOnlyMemory<byte>?)value : null, Headers(read.Message.Headers))
    {
        Assignment = _assignments,
        End = _ends.Of(read.Topic, read.Partition.Value),
    };

    private static RecordHeader[] Headers(Headers? headers) =>
        headers is null || headers.Count == 0 ? [] : headers.Select(h => new RecordHeader(h.Key, h.GetValueBytes() is { } bytes ? (ReadOnlyMemory<byte>?)bytes : null)).ToArray();

    /// <summary>librdkafka's callbacks are synchronous; the polling thread is ours and nothing else needs it.</summary>
    private static void Wait(Task task)
    {
        ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
        if (task.IsCanceled) throw new OperationCanceledException();
        if (task.Exception is { } failure) throw failure.GetBaseException();
    }

    private static IReadOnlyDictionary<PartitionId, long> Wait(Task<IReadOnlyDictionary<PartitionId, long>> task)
    {
        IReadOnlyDictionary<PartitionId, long> answer = new Dictionary<PartitionId, long>();
        Wait(Capture());
        return answer;

        async Task Capture() => answer = await task;
    }

    private static PartitionId Id(TopicPartition partition) => new(partition.Topic, partition.Partition.Value);

    private static TopicPartition Native(PartitionId partition) => new(partition.Topic, partition.Partition);
}
