using CdcStripeSync.Simulation.Scheduling;

namespace CdcStripeSync.Simulation.History;

/// <summary>Draws a shop's life: what applications do to its tables, and what a connector makes of it (snapshots, repeats, open transactions).</summary>
internal sealed class HistoryMaker(Chance chance, bool farMoves, bool newLogs)
{
    private const int LeastChanges = 50;
    private readonly ShopDatabase _database = new();
    private readonly List<HistoryStep> _steps = [];
    private readonly List<RowEvent> _changes = [];
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly Chance _seldom = chance.Fork(1);
    private readonly Chance _servers = chance.Fork(2);
    private IReadOnlyList<RowEvent> _lateRows = [];
    private bool _truncates;
    private bool _beginsAnew;
    private bool _failsOver;
    private ShopActions _actions = null!;

    public ShopHistory Make()
    {
        _actions = new ShopActions(_database, chance, _counts) { MovesFar = farMoves };
        var pace = chance.Of([0, 20, 200, 1500]);
        _truncates = _seldom.In(12);
        _beginsAnew = _seldom.In(20);
        _failsOver = newLogs && _servers.In(10);
        Seed();
        while (_changes.Count < LeastChanges) Next(pace);
        Late(pace);
        return new ShopHistory(_steps, _changes, _counts, !_actions.MovesFar && !MovesOntoUsedKeys() && !_changes.Exists(c => c.Op == RowOp.Truncate));
    }

    /// <summary>What stood in the tables before the connector's first start arrives as a snapshot.</summary>
    private void Seed()
    {
        for (var rows = chance.Between(2, 8); rows > 0; rows--) _actions.Insert();
        var before = _database.Commit();
        _changes.AddRange(before.Where(e => e.Op != RowOp.Tombstone));
        CompleteSnapshot(0);
    }

    /// <summary>The connector begins anew: it reads all tables, each at the same place of the log.</summary>
    private void CompleteSnapshot(int pace)
    {
        var rows = _database.ReadAll().Select(r => r with { IsOfCompleteSnapshot = true }).ToList();
        if (rows.Count > 0) rows[^1] = rows[^1] with { IsLast = true };
        Count("snapshot rows", rows.Count);
        Count("complete snapshots", 1);
        Append(pace, rows);
    }

    private void Next(int pace)
    {
        if (_truncates && _seldom.In(5))
        {
            _actions.Truncate(_seldom.Of(["customers", "customers", "prices", "products"]));
            Commit(pace);
        }

        if (_beginsAnew && _seldom.In(4)) CompleteSnapshot(pace);
        if (_failsOver && _database.Log < LogOrder.Most - 1 && _servers.In(3)) FailOver(pace);
        switch (chance.Below(100))
        {
            case < 3: Resnapshot(pace); break;
            case < 5: ReadLate(); break;
            case < 7: OpenTransaction(pace); break;
            case < 11: Repeat(pace); break;
            default:
                _actions.Act();
                Commit(pace);
                break;
        }

        if (_lateRows.Count > 0 && chance.In(25)) Late(pace);
    }

    /// <summary>Another server goes on, or this one was restored: positions begin anew. Mostly the connector reads all tables then; where it just goes on,
    /// the rows' next changes have positions that may be lower than their last.</summary>
    private void FailOver(int pace)
    {
        Count("new logs of the source", 1);
        _lateRows = [];
        _database.BeginLog(_servers.In(50) ? 0x100 : _database.Lsn - Math.Min(_database.Lsn - 0x20, (ulong)(0x10 * _servers.Between(1, 60))));
        if (_servers.In(60)) CompleteSnapshot(pace);
    }

    private void Commit(int pace)
    {
        var committed = _database.Commit();
        _changes.AddRange(committed.Where(e => e.Op != RowOp.Tombstone));
        Append(pace, committed);
    }

    /// <summary>An incremental snapshot of one table.</summary>
    private void Resnapshot(int pace)
    {
        var rows = _database.Read(chance.Of(ShopDatabase.Tables));
        Count("snapshot rows", rows.Count);
        Append(pace, rows);
    }

    /// <summary>A snapshot whose rows arrive when the stream is beyond them (a chunk that a restarted connector sends again).</summary>
    private void ReadLate() => _lateRows = _lateRows.Count > 0 ? _lateRows : _database.Read(chance.Of(ShopDatabase.Tables));

    private void Late(int pace)
    {
        if (_lateRows.Count == 0) return;
        Count("stale snapshot rows", _lateRows.Count);
        Append(pace, _lateRows);
        _lateRows = [];
    }

    /// <summary>A transaction that wrote before a snapshot and commits after it.</summary>
    private void OpenTransaction(int pace)
    {
        if (_database["products"].Count == 0) return;
        var product = chance.Of([.. _database["products"].Keys]);
        var lsn = _database.Reserve();
        var rows = _database.Read("products");
        Count("snapshot rows", rows.Count);
        Append(pace, rows);
        _database.UpdateAt(lsn, "products", product, [], ("name", _actions.Word("open")));
        Count("open transactions", 1);
        Commit(pace);
    }

    /// <summary>The connector was restarted: it sends the newest part of the log again.</summary>
    private void Repeat(int pace)
    {
        var streamed = _steps.SelectMany(s => s.Events).Where(e => e.Op != RowOp.Read && LogOrder.LogOf(e.Lsn) == _database.Log).DistinctBy(e => (e.Number, e.Op)).OrderBy(e => e.At).ToList();
        var repeated = streamed.TakeLast(chance.Between(1, 12)).ToList();
        Count("repeats", repeated.Count);
        Append(pace, repeated);
    }

    /// <summary>A row that moves to a key with a past may arrive before that past was worked off: what passed in between is then not seen.</summary>
    private bool MovesOntoUsedKeys() => _changes.Where(c => c.Op == RowOp.MovedHere).Any(m => _changes.Exists(c => c.Number < m.Number - 1 && c.Table == m.Table && c.Key == m.Key));

    private void Append(int pace, IReadOnlyList<RowEvent> events)
    {
        if (events.Count > 0) _steps.Add(new HistoryStep(TimeSpan.FromMilliseconds(pace == 0 ? 0 : chance.Between(0, 2 * pace)), events));
    }

    private void Count(string what, int many) => _counts[what] = _counts.GetValueOrDefault(what) + many;
}
