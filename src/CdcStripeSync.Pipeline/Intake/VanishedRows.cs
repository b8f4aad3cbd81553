using System.Collections.Concurrent;
using System.Collections.Immutable;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Control;
using CdcStripeSync.Pipeline.Delivery;
using CdcStripeSync.Pipeline.Lanes;
using CdcStripeSync.Pipeline.Ordering;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>Rows that went while nobody listened (the slot was lost) get no delete: those that a complete new snapshot of their table did not contain are
/// presumed gone. Kafka keeps no order across partitions, so all partitions of the topic are first read to where they ended a while after the
/// snapshot's last row. Whoever has that row's partition does it; a process that does it once more changes nothing.</summary>
/// <param name="tellOffsets">Stores anew how far this process's partitions of a topic are settled.</param>
internal sealed class VanishedRows(
    DeliveryParts parts, IRecordSource source, SweepRoom room, Action<EntityKey, LaneWork> addWork, Func<PartitionId, bool> isOwned, Action<string> tellOffsets)
{
    private const int PageSize = 500;

    /// <summary>Seconds by which the clock that stamps records may be behind the source's.</summary>
    private const long ClocksApart = 3_600;

    private readonly KeyedLock<TableId> _tables = new();
    private readonly ConcurrentDictionary<TableId, TableSweep> _sweeps = new();
    private readonly ConcurrentDictionary<(TableId, SourcePosition, string), bool> _told = new();

    /// <summary>A complete snapshot's last row of a table was read: durable before its record is settled.</summary>
    public async Task TakeAsync(ChangeEvent last, CancellationToken stop)
    {
        if (parts.Options.VanishedRows == VanishedRowPolicy.Keep || last.CommittedAt is not { } at || last.Position is not { IsKnown: true, Kind: not PositionKind.Offset }) return;
        var marker = new PartitionId(last.Origin.Topic, last.Origin.Partition);
        await parts.Writer.WriteAsync(new StateBatch { SnapshotEnds = [new SnapshotEnd(last.Table, last.Position, at, marker, parts.Now)] }, stop);
    }

    /// <summary>Goes on with the tables whose snapshots' last rows are in partitions that are had here.</summary>
    public Task LookAsync(CancellationToken stop) => GoOnAsync(parts.Options.SnapshotPatience, stop);

    /// <summary>The source has ended, and all that it gave is settled: nothing is left to wait for.</summary>
    public Task ConcludeAsync(CancellationToken stop) => GoOnAsync(TimeSpan.Zero, stop);

    private async Task GoOnAsync(TimeSpan patience, CancellationToken stop)
    {
        if (parts.Options.VanishedRows == VanishedRowPolicy.Keep) return;
        foreach (var end in (await parts.Store.SnapshotEndsAsync(stop)).Where(e => !e.IsSwept))
        {
            if (end.Ends is not null && !await IsReadAsync(end, stop)) tellOffsets(end.Marker.Topic);
            if (!isOwned(end.Marker)) continue;
            using var held = await _tables.AcquireAsync(end.Table);
            if (_sweeps.TryGetValue(end.Table, out var sweep) && sweep.End.IsOf(end)) await EndAsync(sweep, stop);
            else if (await AskAsync(end, patience, stop) is { } asked && await IsReadAsync(asked, stop) && !await IsBlindAsync(asked, stop)) await SweepAsync(asked, stop);
        }
    }

    /// <summary>Where the topic's partitions end: asked once, when nothing of the snapshot is on its way to Kafka any more.</summary>
    private async Task<SnapshotEnd?> AskAsync(SnapshotEnd end, TimeSpan patience, CancellationToken stop)
    {
        if (end.Ends is not null) return end;
        if (parts.Now < end.ReadAt + patience || await source.EndsAsync(end.Marker.Topic, stop) is not { } ends) return null;
        var asked = end with { Ends = ends.ToImmutableSortedDictionary() };
        await parts.Writer.WriteAsync(new StateBatch { SnapshotEnds = [asked] }, stop);
        return asked;
    }

    private async Task<bool> IsReadAsync(SnapshotEnd end, CancellationToken stop)
    {
        var ends = end.Ends!.ToDictionary(e => new PartitionId(end.Marker.Topic, e.Key), e => e.Value);
        var settled = (await parts.Store.OffsetsAsync(ends.Keys, stop)).ToDictionary(o => o.Partition, o => o.Next);
        return ends.All(e => settled.GetValueOrDefault(e.Key) >= e.Value);
    }

    /// <summary>A record that nobody could read, not even its key, may be any row of the snapshot.</summary>
    private async Task<bool> IsBlindAsync(SnapshotEnd end, CancellationToken stop)
    {
        if (parts.Rows is not null) return false;
        var unknown = await parts.Store.CountUntoldLettersAsync(end.Marker.Topic, (end.At.Seconds - ClocksApart) * 1_000, stop);
        if (unknown == 0) return false;
        Tell(end, $"{end.Table}: which rows vanished is not told: {unknown} {(unknown == 1 ? "record" : "records")} of {end.Marker.Topic} since its new snapshot could not be read, key and all", "mend the cause and `cdc-stripe dlq retry`, or `dlq discard` them: rows that the snapshot did not contain are presumed deleted then");
        return true;
    }

    private async Task SweepAsync(SnapshotEnd end, CancellationToken stop)
    {
        var sweep = _sweeps[end.Table] = new TableSweep(end, parts.Now);
        var at = new StreamPosition(0, end.Position, end.At);
        await foreach (var row in RowsAsync(end.Table, stop)) at = SnapshotContents.With(at, row);
        var missing = 0;
        await foreach (var row in RowsAsync(end.Table, stop))
        {
            var isMissing = SnapshotContents.Lacks(row, at);
            if (isMissing) missing++;
            if (!isMissing && !Truncates.IsLeftUndone(row)) continue;
            sweep.Ticket.Add(1);
            addWork(row.Key, new LaneWork.Vanished(at, sweep.Unread, sweep.Ticket));
        }

        if (missing > 0)
        {
            var advice = parts.Rows is null ? "they end as by a delete, within the breadth limit; records.vanishedRows `keep` leaves them, source.connectionString lets each be looked for first" : "each is looked for in the source first, and ends as by a delete where it is not there, within the breadth limit";
            Tell(end, $"{end.Table}: {(missing == 1 ? "1 row is" : $"{missing} rows are")} not in its new snapshot (at {end.Position}) and presumed deleted", advice);
        }

        sweep.Ticket.PartSettled();
    }

    private async Task EndAsync(TableSweep sweep, CancellationToken stop)
    {
        if (!sweep.IsSettled) return;
        if (sweep.WhyUnread is { } why)
        {
            Tell(sweep.End, $"{sweep.End.Table}: rows that are not in its new snapshot could not be looked for: {why.Message}", $"{why.Hint}; nothing is presumed of them meanwhile, and they are looked for again");
            if (parts.Now < sweep.BegunAt + parts.Options.AskAgainInterval) return;
        }
        else
        {
            await parts.Writer.WriteAsync(new StateBatch { SnapshotEnds = [sweep.End with { IsSwept = true }] }, stop);
        }

        _sweeps.TryRemove(sweep.End.Table, out _);
    }

    private async IAsyncEnumerable<EntityState> RowsAsync(TableId table, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        EntityKey? after = null;
        while (true)
        {
            await room.WaitAsync(stop);
            var page = await parts.Store.ListAsync(table, false, after, PageSize, stop);
            foreach (var row in page) yield return row;
            if (page.Count < PageSize) yield break;
            after = page[^1].Key;
        }
    }

    private void Tell(SnapshotEnd end, string message, string hint)
    {
        if (_told.TryAdd((end.Table, end.Position, hint), true)) parts.Observer.Alarm(message, hint);
    }
}
