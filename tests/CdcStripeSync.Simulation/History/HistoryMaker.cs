using CdcStripeSync.Simulation.Scheduling;

namespace CdcStripeSync.Simulation.History;

/// <summary>Draws a shop's life: what applications do to its tables, and what a connector makes of it (snapshots, repeats, open transactions).</summary>
internal sealed class HistoryMaker(Chance chance, bool farMoves, bool newLogs)
{
    public const int LeastChanges = 50;
    public const int LeastKeys = 10;
    private readonly ShopDatabase _database = new();
    private readonly List<HistoryStep> _steps = [];
    private readonly List<RowEvent> _changes = [];
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly Chance _seldom = chance.Fork(1);
    private readonly Chance _servers = chance.Fork(2);
    private readonly Chance _slots = chance.Fork(3);
    private IReadOnlyList<RowEvent> _lateRows = [];
    private bool _truncates;
    private bool _beginsAnew;
    private bool _failsOver;
    private bool _losesSlots;
    private bool _lostASlot;
    private ulong _lostAt;
    private ShopActions _actions = null!;

    public ShopHistory Make()
    {
        _actions = new ShopActions(_database, chance, _counts) { MovesFar = farMoves };
        var pace = chance.Of([0, 20, 200, 1500]);
        _truncates = _seldom.In(12);
        _beginsAnew = _seldom.In(20);
        _failsOver = newLogs && _servers.In(10);
        _losesSlots = _slots.In(10);
        Seed();
        while (_changes.Count < LeastChanges) Next(pace);
        while (IsTooNarrow())
        {
            _actions.Insert();
            Commit(pace);
        }

        Late(pace);
        return new ShopHistory(_steps, _changes, _counts, !_actions.MovesFar && !_lostASlot && !MovesOntoUsedKeys() && !_changes.Exists(c => c.Op == RowOp.Truncate)) { LostASlot = _lostASlot };
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
    private void CompleteSnapshot(int pace) => Append(pace, ReadAll());

    private List<RowEvent> ReadAll()
    {
        var rows = _database.ReadAll().Select(r => r with { IsOfCompleteSnapshot = true }).ToList();
        for (var i = 0; i < rows.Count; i++) rows[i] = rows[i] with { IsLast = i == rows.Count - 1, IsLastOfTable = i == rows.Count - 1 || rows[i + 1].Table != rows[i].Table };
        Count("snapshot rows", rows.Count);
        Count("complete snapshots", 1);
        return rows;
    }

    /// <summary>The slot is lost: what happens until somebody sees it has no records, and the connector begins anew. No table is emptied meanwhile: of an
    /// empty one a snapshot says nothing.</summary>
    private void LoseSlot(int pace)
    {
        var (before, unseen) = (_database.Keys, new List<RowEvent>());
        var most = _slots.Between(1, 10);
        for (var done = 0; done < most || (IsAnyEmptied(before) && done < 100); done++)
        {
            if (done < most) _actions.Act();
            else _actions.Insert();
            unseen.AddRange(_database.Commit());
        }

        if (IsAnyEmptied(before))
        {
            _changes.AddRange(unseen.Where(e => e.Op != RowOp.Tombstone)); // nothing could fill it again: then the slot was not lost
            Append(pace, unseen);
            return;
        }

        var changes = LostChanges.Of(before, unseen);
        _changes.AddRange(changes);
        (_lostASlot, _lateRows, _lostAt) = (true, [], _database.Lsn);
        Count("slots lost", 1);
        Count("rows that vanished", changes.Count(c => c.Op == RowOp.Delete));
        ReadAnew(pace, changes);
    }

    private bool IsAnyEmptied(IReadOnlySet<(string Table, int Key)> before) => before.Any(row => _database[row.Table].Count == 0);

    /// <summary>One partition's rows may come to Kafka seconds after the other's, the last row among these; and a transaction may be open over the snapshot.</summary>
    private void ReadAnew(int pace, IReadOnlyList<RowEvent> unseen)
    {
        var open = _database.Reserve();
        var rows = ReadAll();
        var first = _slots.In(50) ? _slots.Below(2) : (int?)null;
        _steps.Add(new HistoryStep(TimeSpan.FromMilliseconds(pace), [.. rows.Where(r => first is null || r.Key % 2 == first)]) { Unseen = unseen });
        if (first is not null) _steps.Add(new HistoryStep(TimeSpan.FromMilliseconds(_slots.Between(0, 8_000)), [.. rows.Where(r => r.Key % 2 != first)]));
        if (_slots.In(50) || _actions.FreeCustomer() is not { } customer) return;
        _database.InsertAt(open, "customers", customer, ("email", $"{customer}@shop.example"), ("name", _actions.Word("open")), ("note", null));
        Count("open transactions", 1);
        Commit(pace);
    }

    private void Next(int pace)
    {
        if (_truncates && _seldom.In(5))
        {
            _actions.Truncate(_seldom.Of(["customers", "customers", "prices", "products"]));
            Commit(pace);
        }

        if (_beginsAnew && _seldom.In(4)) CompleteSnapshot(pace);
        if (_losesSlots && _slots.In(5)) LoseSlot(pace);
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
        (_lateRows, _lostAt) = ([], 0);
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
        var streamed = _steps.SelectMany(s => s.Events).Where(e => e.Op != RowOp.Read && LogOrder.LogOf(e.Lsn) == _database.Log && e.Lsn > _lostAt).DistinctBy(e => (e.Number, e.Op)).OrderBy(e => e.At).ToList();
        var repeated = streamed.TakeLast(chance.Between(1, 12)).ToList();
        Count("repeats", repeated.Count);
        Append(pace, repeated);
    }

    /// <summary>Too few rows, or not all tables: there is always a key that has not been used, and it is drawn in the end.</summary>
    private bool IsTooNarrow()
    {
        var rows = ShopHistory.Rows(_changes).ToList();
        return rows.Count < LeastKeys || rows.DistinctBy(r => r.Table).Count() < ShopDatabase.Tables.Count;
    }

    /// <summary>A row that moves to a key with a past may arrive before that past was worked off: what passed in between is then not seen.</summary>
    private bool MovesOntoUsedKeys() => _changes.Where(c => c.Op == RowOp.MovedHere).Any(m => _changes.Exists(c => c.Number < m.Number - 1 && c.Table == m.Table && c.Key == m.Key));

    private void Append(int pace, IReadOnlyList<RowEvent> events)
    {
        if (events.Count > 0) _steps.Add(new HistoryStep(TimeSpan.FromMilliseconds(pace == 0 ? 0 : chance.Between(0, 2 * pace)), events));
    }

    private void Count(string what, int many) => _counts[what] = _counts.GetValueOrDefault(what) + many;
}
