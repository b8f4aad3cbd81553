using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Settling;
using CdcStripeSync.Simulation.Broker;
using CdcStripeSync.Simulation.History;
using CdcStripeSync.Simulation.Running;
using CdcStripeSync.Simulation.Scheduling;

namespace CdcStripeSync.Simulation.Checks;

/// <summary>What every write to the state store is held to: an offset never passes a record that the state does not know.</summary>
internal sealed class StateChecks(World world, KafkaBroker broker, InMemoryStateStore state, Tally tally)
{
    private readonly Dictionary<PartitionId, long> _checked = [];
    private readonly Dictionary<PartitionId, long> _stored = [];
    private readonly HashSet<(PartitionId, long)> _checkedBeyond = [];

    /// <summary>Every record of every partition is behind the highest offset that the store ever had.</summary>
    public bool IsAllCommitted => broker.Logs.Values.All(log => Highest(log.Id) == log.Records.Count);

    /// <summary>The partitions of which that is not so.</summary>
    public string NotCommitted => string.Join(", ", broker.Logs.Values.Where(log => Highest(log.Id) != log.Records.Count).Select(log => $"{log.Id} {Highest(log.Id)} of {log.Records.Count}"));

    /// <summary>An open intent, a started succession or an unanswered call; null where there is none.</summary>
    public string? LeftHalfDone() =>
        state.Entities.FirstOrDefault(e => e.Intent is not null || e.Succession is not null)?.Key.ToString()
        ?? state.CallsAsync(DateTimeOffset.MaxValue, default).GetAwaiter().GetResult().Select(c => $"{c.Key} called for {c.Kind} {c.Value}").FirstOrDefault();

    /// <summary>Dead letters that somebody asked to try again, and that have not been yet.</summary>
    public int LettersUnderWay => state.LettersAsync(new LetterFilter([LetterState.Retry]), int.MaxValue, default).GetAwaiter().GetResult().Count;

    /// <summary>Tables that were not gone through since the newest complete snapshot for rows which it did not contain.</summary>
    public IReadOnlyList<string> NotSwept => [.. SnapshotEnds().Where(e => !e.IsSwept).Select(e => $"{e.Table} (last row in {e.Marker}, ends {(e.Ends is null ? "unknown" : string.Join(' ', e.Ends.Select(p => $"{p.Key}:{p.Value}")))}, stored {string.Join(' ', state.OffsetsAsync([.. broker.Logs.Keys.Where(l => l.Topic == e.Marker.Topic)], default).GetAwaiter().GetResult().Select(o => $"{o.Partition.Partition}:{o.Next}"))})")];

    /// <summary>Is told a batch before the store has it.</summary>
    public void Written(StateBatch batch)
    {
        foreach (var offset in batch.Offsets) Highest(offset.Partition); // as it is now: the store may be told a lower one
        foreach (var call in batch.Calls) tally.Add(call.Kind.Length == 0 ? "processes: row calls another" : call.Kind == WakeCall.ParentMoved ? "waiting: parent moved, children called" : $"exclusive: {call.Kind} lost to another row");
        foreach (var claim in batch.Claims) tally.Add(claim.At.Epoch < 0 ? $"exclusive: {claim.Kind} given up" : $"exclusive: {claim.Kind} claimed");
        try
        {
            CheckOffsets(batch);
        }
        catch (InvariantBrokenException broken)
        {
            world.Break(broken);
            throw;
        }
    }

    /// <summary>Is told what Kafka's group is to be told: never more than the store was.</summary>
    public void Committing(StoredOffset offset)
    {
        if (Highest(offset.Partition) >= offset.Next) return;
        var broken = new InvariantBrokenException("committed before stored", $"{offset.Partition}: Kafka is told {offset.Next}, the store has had {Highest(offset.Partition)}");
        world.Break(broken);
        throw broken;
    }

    /// <summary>The highest offset that the store ever had of a partition; 0 before the first.</summary>
    private long Highest(PartitionId partition)
    {
        var now = state.OffsetsAsync([partition], default).GetAwaiter().GetResult().Select(o => o.Highest ?? o.Next).FirstOrDefault();
        return _stored[partition] = Math.Max(_stored.GetValueOrDefault(partition), now);
    }

    private void CheckOffsets(StateBatch batch)
    {
        foreach (var offset in batch.Offsets)
        {
            var log = broker.Logs[offset.Partition];
            if (offset.Next > log.Records.Count) throw new InvariantBrokenException("offset beyond the log", $"{offset.Partition} {offset.Next}");
            CheckBeyond(log, offset);
            var from = _checked.GetValueOrDefault(offset.Partition);
            if (offset.Next <= from) continue;
            var known = state.Entities.ToDictionary(e => (e.Key.Table.Name, e.Key.Key));
            for (var i = (int)from; i < offset.Next; i++) Settled(log.Records[i], known, offset);
            _checked[offset.Partition] = offset.Next;
        }
    }

    private IReadOnlyList<SnapshotEnd> SnapshotEnds() => state.SnapshotEndsAsync(default).GetAwaiter().GetResult();

    /// <summary>What is told as settled beyond the offset is not routed by the next start.</summary>
    private void CheckBeyond(PartitionLog log, StoredOffset offset)
    {
        Dictionary<(string, string), EntityState>? known = null;
        foreach (var range in SettledRanges.Parse(offset.Next, offset.Metadata).Ranges)
        {
            for (var i = range.First; i <= range.Last; i++)
            {
                if (i >= log.Records.Count) throw new InvariantBrokenException("settled beyond the log", $"{offset.Partition} {i}");
                if (!_checkedBeyond.Add((offset.Partition, i))) continue;
                known ??= state.Entities.ToDictionary(e => (e.Key.Table.Name, e.Key.Key));
                Settled(log.Records[(int)i], known, offset);
            }
        }
    }

    private void Settled((RowEvent Change, SourceRecord Record, DecodedRecord Decoded) record, Dictionary<(string, string), EntityState> known, StoredOffset offset)
    {
        var origin = record.Record.Origin;
        if (record.Decoded is DecodedRecord.Unreadable && IsKept(origin)) return;
        switch (broker.Decode(origin))
        {
            case DecodedRecord.Change { Event: var change }: Settled(change, record.Change, known, offset); break;
            case DecodedRecord.Unreadable: throw new InvariantBrokenException("offset passed an unreadable record", $"{offset.Partition} is committed to {offset.Next}, and no dead letter keeps {origin}");
            case DecodedRecord.Skipped: break;
            default: throw new InvalidOperationException("an unknown record");
        }
    }

    private bool IsKept(RecordOrigin origin) => state.LettersAsync(new LetterFilter([]), int.MaxValue, default).GetAwaiter().GetResult().Any(l => l.Record.Origin == origin);

    private void Settled(ChangeEvent change, RowEvent row, Dictionary<(string, string), EntityState> known, StoredOffset offset)
    {
        if (change.EndsTable && !SnapshotEnds().Any(e => e.Table == change.Table && e.At >= change.CommittedAt))
            throw new InvariantBrokenException("offset passed an unsettled record", $"{offset.Partition} is committed to {offset.Next}, and nobody remembers that a snapshot ended with {row}");
        var truncated = state.TablePositionsAsync(default).GetAwaiter().GetResult().FirstOrDefault(t => t.Table.Name == row.Table)?.TruncatedAt;
        if (truncated is { } at && Reaches(at.Position, change.Position)) return;
        if (change.Op != ChangeOp.Truncate && IsToBeTruncated(row)) return;
        var entity = known.GetValueOrDefault((row.Table, ShopDatabase.Text(row.Key)));
        var streamed = entity?.Streamed?.Position ?? default;
        var stamp = entity?.Snapshot?.Position ?? default;
        if (change.CommittedAt <= entity?.Streamed?.Since || Reaches(streamed, change.Position) || IsOfALaterLog(stamp, change.Position) || (change.Op == ChangeOp.Read && Reaches(stamp, change.Position))) return;
        if (change.Snapshot == SnapshotKind.Incremental && LogOrder.LogOf(change.Position.Major) > 0) return; // lower than what is known, and by itself no word of another log: not believed
        throw new InvariantBrokenException("offset passed an unsettled record", $"{offset.Partition} is committed to {offset.Next}, and the state does not know {row}");
    }

    /// <summary>A truncate that stands after this row's change in the log is known, and its own record is not passed: it will be read again.</summary>
    private bool IsToBeTruncated(RowEvent row) => broker.Logs.Values.Any(log =>
        log.Records.Skip((int)_checked.GetValueOrDefault(log.Id)).Any(r => r.Change.Op == RowOp.Truncate && r.Change.Table == row.Table && LogOrder.Of(r.Change.Lsn) >= LogOrder.Of(row.Lsn)));

    private static bool IsOfALaterLog(SourcePosition known, SourcePosition position) => known.IsKnown && LogOrder.LogOf(known.Major) > LogOrder.LogOf(position.Major);

    private static bool Reaches(SourcePosition known, SourcePosition position) => known.CompareTo(position) is not null && LogOrder.Of(known.Major) >= LogOrder.Of(position.Major);
}
