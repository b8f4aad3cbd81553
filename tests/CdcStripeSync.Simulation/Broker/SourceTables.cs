using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.History;
using CdcStripeSync.Simulation.Scheduling;

namespace CdcStripeSync.Simulation.Broker;

/// <summary>The source's tables as they stand now: as far as the history has been fed. Rows can be read there, after a while.</summary>
internal sealed class SourceTables(World world)
{
    private readonly Dictionary<(string Table, int Key), RowEvent> _newest = [];
    private ulong _log;
    private long _at;

    /// <summary>Positions at which rows were read here.</summary>
    public ISet<ulong> Stamps { get; set; } = new HashSet<ulong>();

    public void Fed(RowEvent change)
    {
        (_log, _at) = (LogOrder.Of(change.Lsn) > LogOrder.Of(_log) ? change.Lsn : _log, Math.Max(_at, change.At));
        foreach (var gone in change.Op == RowOp.Truncate ? _newest.Values.Where(n => n.Table == change.Table && n.Number < change.Number).ToList() : [])
            _newest[(gone.Table, gone.Key)] = change with { Key = gone.Key };
        if (change.Op is RowOp.Tombstone or RowOp.Truncate || (_newest.TryGetValue((change.Table, change.Key), out var known) && known.Number >= change.Number)) return;
        _newest[(change.Table, change.Key)] = change;
    }

    public IRowReader ReaderOf(SimulatedProcess process) => new Reader(this, process);

    private Row? Read(EntityKey key) =>
        int.TryParse(key.Key, out var number) && _newest.GetValueOrDefault((key.Table.Name, number)) is { Columns: not null } newest ? RecordWriter.Image(newest with { Unchanged = [] }) : null;

    private sealed class Reader(SourceTables tables, SimulatedProcess process) : IRowReader
    {
        public async Task<SourceRow?> ReadAsync(EntityKey key, IReadOnlyCollection<string> columns, CancellationToken cancellationToken)
        {
            var (stamp, at) = (tables._log + 1, tables._at);
            tables.Stamps.Add(stamp);
            await Task.Delay(TimeSpan.FromMilliseconds(20), process.Time, cancellationToken);
            var row = tables.Read(key);
            if (tables.World.IsTraced) tables.World.Say($"{process.Name} reads {key}: {row?.ToString() ?? "no row"}");
            return row is null ? null : new SourceRow(row, SourcePosition.OfLsn(stamp), Instant.FromMillis(at));
        }
    }

    private World World => world;
}
