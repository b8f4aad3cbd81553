using CdcStripeSync.Simulation.History;

namespace CdcStripeSync.Simulation.Checks;

/// <summary>Which price rows were to be sold when, by their own changes.</summary>
internal sealed class SoldRows
{
    private readonly Dictionary<int, List<Change>> _rows = [];

    /// <param name="changes">In commit order.</param>
    /// <param name="steps">What the connector made of them: some have no record, and some ends are told by a complete snapshot, too.</param>
    public SoldRows(IReadOnlyCollection<RowEvent> changes, IReadOnlyList<HistoryStep> steps)
    {
        var unseen = steps.SelectMany(s => s.Unseen).ToHashSet();
        var snapshot = steps.SelectMany(s => s.Events).Where(e => e.IsOfCompleteSnapshot).Select(e => LogOrder.Of(e.Lsn)).DefaultIfEmpty().Max();
        var moves = changes.Where(c => c is { Op: RowOp.MovedHere, Table: "prices" }).ToLookup(c => c.Key, c => LogOrder.Of(c.Lsn));
        foreach (var change in changes.Where(c => c.Table == "prices"))
        {
            var order = LogOrder.Of(change.Lsn);
            foreach (var row in change.Op == RowOp.Truncate ? _rows.Keys.ToList() : [change.Key])
            {
                if (!_rows.TryGetValue(row, out var noted)) _rows[row] = noted = [];
                var isEnd = change.Columns is null;
                noted.Add(new Change(order, change.Columns?["active"] == "true", change.Op == RowOp.Truncate || unseen.Contains(change) || (isEnd && (order <= snapshot || moves[row].Any(m => m > order)))));
            }
        }
    }

    /// <summary>The database itself may be asked for a row: what it answers is newer than the record that a request comes from.</summary>
    public bool MayBeRead { get; set; }

    /// <summary>Whether the row was there and active at this place of the log, and no later end of it is told by more than its own record (a truncate, a snapshot
    /// that lacks the row, another row's move to its key): that has no place in the row's order. False also where nothing is known of the row by then.</summary>
    public bool IsSold(int row, ulong position)
    {
        var changes = _rows.GetValueOrDefault(row) ?? [];
        var order = LogOrder.Of(position);
        return changes.FindLast(c => c.Order <= order) is { IsSold: true } && !changes.Exists(c => c.Order > order && !c.IsSold && (MayBeRead || c.IsToldElsewhere));
    }

    private readonly record struct Change(ulong Order, bool IsSold, bool IsToldElsewhere);
}
