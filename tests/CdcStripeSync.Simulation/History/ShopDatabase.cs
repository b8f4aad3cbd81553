using System.Globalization;

namespace CdcStripeSync.Simulation.History;

/// <summary>The source database: tables of rows, a log position, and the changes written to it so far.</summary>
internal sealed class ShopDatabase
{
    private readonly Dictionary<string, SortedDictionary<int, SortedDictionary<string, string?>>> _tables = new(StringComparer.Ordinal)
    {
        ["products"] = [],
        ["prices"] = [],
        ["customers"] = [],
    };

    private readonly List<RowEvent> _transaction = [];
    private ulong _lsn = 0x1000;
    private long _milliseconds = 1_767_225_600_000;
    private int _number;
    private int _log;

    public ulong Lsn => _lsn;

    public static IReadOnlyList<string> Tables { get; } = ["products", "prices", "customers"];

    public SortedDictionary<int, SortedDictionary<string, string?>> this[string table] => _tables[table];

    public IReadOnlySet<(string Table, int Key)> Keys => _tables.SelectMany(t => t.Value.Keys.Select(k => (t.Key, k))).ToHashSet();

    public string? Value(string table, int key, string column) => _tables[table][key][column];

    /// <summary>A position of a change that commits later than what follows.</summary>
    public ulong Reserve() => _lsn += 0x10;

    /// <summary>Another server goes on with the same rows, or this one was restored: its log counts from another place.</summary>
    public void BeginLog(ulong place)
    {
        _lsn = LogOrder.At(++_log, place);
        _milliseconds += 60_000;
    }

    public int Log => _log;

    public void Insert(string table, int key, params (string Column, string? Value)[] columns) => InsertAt(Reserve(), table, key, columns);

    public void InsertAt(ulong lsn, string table, int key, params (string Column, string? Value)[] columns)
    {
        var row = new SortedDictionary<string, string?>(StringComparer.Ordinal) { ["id"] = Text(key) };
        foreach (var (column, value) in columns) row[column] = value;
        _tables[table].Add(key, row);
        WriteAt(lsn, RowOp.Insert, table, key, row, []);
    }

    /// <param name="unchanged">Of the columns that this update leaves alone, those that the log does not hold.</param>
    public void Update(string table, int key, IReadOnlyList<string> unchanged, params (string Column, string? Value)[] columns) =>
        UpdateAt(Reserve(), table, key, unchanged, columns);

    public void UpdateAt(ulong lsn, string table, int key, IReadOnlyList<string> unchanged, params (string Column, string? Value)[] columns)
    {
        var row = _tables[table][key];
        foreach (var (column, value) in columns) row[column] = value;
        WriteAt(lsn, RowOp.Update, table, key, row, [.. unchanged.Except(columns.Select(c => c.Column))]);
    }

    public void Delete(string table, int key)
    {
        _tables[table].Remove(key);
        Write(RowOp.Delete, table, key, null, []);
        _transaction.Add(_transaction[^1] with { Op = RowOp.Tombstone });
    }

    public void Truncate(string table)
    {
        _tables[table].Clear();
        Write(RowOp.Truncate, table, 0, null, []);
    }

    public void Move(string table, int from, int to, IReadOnlyList<string> unchanged)
    {
        var row = _tables[table][from];
        _tables[table].Remove(from);
        row["id"] = Text(to);
        _tables[table].Add(to, row);
        Write(RowOp.MovedAway, table, from, null, []);
        _transaction[^1] = _transaction[^1] with { OtherKey = to };
        var lsn = _transaction[^1].Lsn;
        _transaction.Add(_transaction[^1] with { Op = RowOp.Tombstone });
        WriteAt(lsn, RowOp.MovedHere, table, to, row, unchanged);
        _transaction[^1] = _transaction[^1] with { OtherKey = from };
    }

    /// <summary>Rows as a snapshot reads them now; its stamp is the log's end.</summary>
    public IReadOnlyList<RowEvent> Read(string table) => Read(table, Reserve());

    /// <summary>All tables, at one place of the log.</summary>
    public IReadOnlyList<RowEvent> ReadAll()
    {
        var stamp = Reserve();
        return [.. Tables.SelectMany(t => Read(t, stamp))];
    }

    private IReadOnlyList<RowEvent> Read(string table, ulong stamp) =>
        [.. _tables[table].Select(row => new RowEvent(-1, RowOp.Read, table, row.Key, Copy(row.Value), [], null, stamp, _milliseconds))];

    /// <summary>What was written since the last commit.</summary>
    public IReadOnlyList<RowEvent> Commit()
    {
        _milliseconds += 1000;
        RowEvent[] committed = [.. _transaction.Select(e => e with { At = _milliseconds })];
        _transaction.Clear();
        return committed;
    }

    private void Write(RowOp op, string table, int key, SortedDictionary<string, string?>? row, IReadOnlyList<string> unchanged) =>
        WriteAt(Reserve(), op, table, key, row, unchanged);

    private void WriteAt(ulong lsn, RowOp op, string table, int key, SortedDictionary<string, string?>? row, IReadOnlyList<string> unchanged) =>
        _transaction.Add(new RowEvent(_number++, op, table, key, row is null ? null : Copy(row), unchanged, null, lsn, 0));

    private static SortedDictionary<string, string?> Copy(SortedDictionary<string, string?> row) => new(row, StringComparer.Ordinal);

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
