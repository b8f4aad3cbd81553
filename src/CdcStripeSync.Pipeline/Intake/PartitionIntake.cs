using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Delivery;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Settling;
using CdcStripeSync.Pipeline.Unchanged;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>One partition's records, decoded and routed in order. A record whose schema cannot be had waits here, and holds up this partition alone: no more
/// of it is read until all that was read is routed, lest it fill the memory that others need.</summary>
internal sealed class PartitionIntake(
    PartitionId partition, int assignment, DeliveryParts parts, IRecordSource source, IRecordDecoder decoder, OffsetLedger offsets, TableBook tables, Action<EntityKey, LaneWork> addWork,
    Truncates truncates, VanishedRows vanished, Action routed, Action<Exception> failed, PartitionRows? rows)
{
    private static readonly TimeSpan SchemaPatience = TimeSpan.FromSeconds(1);
    private readonly Queue<SourceRecord> _waiting = new();
    private readonly PartitionRows? _rows = rows;
    private readonly RowRouter _router = new(parts, tables, addWork, truncates, vanished, rows, failed);
    private Task _running = Task.CompletedTask;
    private bool _busy;
    private bool _isPaused; // of the one that runs
    private int _inHand; // of the group that it routes
    private volatile bool _looksUpSchema;
    private volatile bool _stopped;

    public PartitionId Partition => partition;

    /// <summary>Records that were read and wait for a schema which is being looked up: however long that takes, it is no other partition's affair.</summary>
    public int AwaitingSchema
    {
        get
        {
            if (!_looksUpSchema) return 0;
            lock (_waiting) return _waiting.Count + _inHand;
        }
    }

    /// <summary>Not a record that was read before the partition was lost and came back: what lies between is read again, and it comes once more.</summary>
    public bool IsOf(SourceRecord record) => record.Assignment == 0 || record.Assignment >= assignment;

    public void Add(SourceRecord record, CancellationToken stop)
    {
        lock (_waiting)
        {
            _waiting.Enqueue(record);
            if (_busy || _stopped) return;
            _busy = true;
            _running = RunAsync(stop);
        }
    }

    /// <summary>Drops what is not routed yet, and returns when what is being routed is.</summary>
    public Task StopAsync()
    {
        lock (_waiting)
        {
            Drop();
            return _running;
        }
    }

    /// <summary>Drops what is not routed yet.</summary>
    public void Drop()
    {
        lock (_waiting)
        {
            _stopped = true;
            _waiting.Clear();
            _router.Drop();
        }
    }

    private async Task RunAsync(CancellationToken stop)
    {
        await Task.Yield();
        try
        {
            var group = new RecordGroup();
            while (Next(group))
            {
                _rows?.Expect(group);
                for (var at = Pass(group, 0); at < group.Count && !_stopped; at = Pass(group, at + 1))
                {
                    _inHand = group.Count - at;
                    await TakeAsync(group[at], stop);
                    routed();
                }
            }
        }
        catch (Exception e)
        {
            failed(e);
        }
    }

    /// <returns>False where nothing waits.</returns>
    private bool Next(RecordGroup group)
    {
        group.Clear();
        lock (_waiting)
        {
            while (!group.IsFull && _waiting.TryDequeue(out var record)) group.Add(record);
            if (group.Count == 0) Resume();
            return _busy = group.Count > 0;
        }
    }

    /// <summary>No more is read of the partition. Said each time that it waits: where the partition went and came back, its former intake may resume it late.</summary>
    private void Pause()
    {
        _isPaused = true;
        source.Pause([partition]);
    }

    /// <summary>Also where the partition was lost meanwhile: it may come back.</summary>
    private void Resume()
    {
        if (!_isPaused) return;
        _isPaused = false;
        source.Resume([partition]);
    }

    /// <summary>Passes the records that change nothing.</summary>
    /// <returns>The first, from there on, that may change something.</returns>
    private int Pass(RecordGroup group, int from)
    {
        if (_rows is null || _stopped || !_router.IsIdle) return from;
        var end = _rows.Pass(group, from);
        for (var at = from; at < end; at++)
        {
            var origin = group[at].Origin;
            parts.Observer.Unchanged(origin);
            if (group.Passings[at] == Passing.Counted) offsets.Count(partition, origin.Offset);
            routed();
        }

        return end;
    }

    private async Task TakeAsync(SourceRecord record, CancellationToken stop)
    {
        switch (await DecodeAsync(record, stop)) // also what is settled: records teach what their topic holds
        {
            case null: break; // the partition went while the record waited: whoever has it next reads it again
            case not null when offsets.WasSettled(partition, record.Origin.Offset):
                parts.Observer.Skipped(record.Origin, SkippedKind.SettledBefore, null);
                offsets.Settle(partition, record.Origin.Offset);
                break;
            case DecodedRecord.Skipped skipped:
                parts.Observer.Skipped(record.Origin, skipped.Kind, skipped.SourceTime);
                offsets.Settle(partition, record.Origin.Offset);
                break;
            case DecodedRecord.Unreadable unreadable: await BuryAsync(record, unreadable, new RecordTicket(record.Origin, offsets, 1), stop); break;
            case DecodedRecord.Change { Event: var change }:
                var ticket = new RecordTicket(record.Origin, offsets, 1);
                if (change.Op == ChangeOp.Truncate) Pause(); // it waits for the moves before it, and for room for its rows
                if (await _router.RouteAsync(record, change, ticket, stop) is { } unroutable) await BuryAsync(record, unroutable, ticket, stop);
                break;
            default: throw new InvalidOperationException("an unknown record");
        }
    }

    private async Task<DecodedRecord?> DecodeAsync(SourceRecord record, CancellationToken stop)
    {
        var waits = false;
        try
        {
            while (!_stopped)
            {
                try
                {
                    var decoding = decoder.DecodeAsync(record, stop);
                    if (!decoding.IsCompleted) LookUpSchema();
                    return await decoding;
                }
                catch (SchemaRegistryUnavailableException e)
                {
                    if (!waits && parts.Schemas.Begins()) parts.Observer.Alarm($"{record.Origin} waits: {e.Message}", "records that need it wait, and go on when the registry has it; an id that stays unknown makes them dead letters after registry.unknownIdSeconds; nothing is lost");
                    waits = true;
                    LookUpSchema();
                    await Task.Delay(SchemaPatience, parts.Time, stop);
                }
            }

            return null;
        }
        finally
        {
            _looksUpSchema = false;
            if (waits) parts.Schemas.Ends();
        }
    }

    /// <summary>The registry is asked: before it has answered, or failed to, nobody knows how long that takes.</summary>
    private void LookUpSchema()
    {
        _looksUpSchema = true;
        Pause();
    }

    /// <summary>Kept whole with its reason; its row's columns are unknown from here on, so that nothing older passes for new.</summary>
    /// <param name="ticket">One part of it, still open, stands for the letter.</param>
    private async Task BuryAsync(SourceRecord record, DecodedRecord.Unreadable unreadable, RecordTicket ticket, CancellationToken stop)
    {
        List<EntityKey> entities = [];
        if (unreadable is { Table: { } table, Key: { } key })
            entities.AddRange(parts.Mapping.For(table).Select(map => map.KeyOf(table, key)).OfType<EntityKey>().Where(KeySize.Fits));
        var letter = new DeadLetter(
            0, record, entities.Count > 0 ? entities[0] : null, unreadable.Error, unreadable.Hint, null, 1, parts.Mapping.Fingerprint, parts.Time.GetUtcNow());
        await parts.Writer.WriteAsync(new StateBatch { DeadLetters = [letter] }, stop);
        parts.Observer.DeadLettered(letter);
        ticket.Add(entities.Count);
        foreach (var entity in entities) _router.Add(entity, new LaneWork.Forget(unreadable.Key!, ticket));
        ticket.PartSettled();
    }
}
