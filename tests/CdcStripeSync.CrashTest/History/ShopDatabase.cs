using System.Collections.Immutable;

namespace CdcStripeSync.CrashTest.History;

/// <summary>The source database: tables of rows, a log position, and the open transaction's changes.</summary>
internal sealed class ShopDatabase
{
    private static readonly IReadOnlySet<string> None = ImmutableHashSet<string>.Empty;
    private readonly Dictionary<string, Dictionary<object, ImmutableDictionary<string, object?>>> _tables = Tables.ToDictionary(t => t, _ => new Dictionary<object, ImmutableDictionary<string, object?>>());
    private readonly List<RowChange> _open = [];
    private long _lsn = 50_000_000;
    private long _transaction = 900;
    private long _at = 1_795_237_766_000;
    private int _number;

    public static IReadOnlyList<string> Tables { get; } = ["products", "prices", "customers"];

    public IReadOnlyDictionary<object, ImmutableDictionary<string, object?>> this[string table] => _tables[table];

    /// <summary>The changes since the last commit; a new transaction begins.</summary>
    public IReadOnlyList<RowChange> Commit()
    {
        var changes = _open.ToList();
        _open.Clear();
        _transaction++;
        _at += 7;
        return changes;
    }

    public void Read(string table, object key, params (string Column, object? Value)[] columns) => Insert(RowOp.Read, table, key, columns);

    public void Insert(string table, object key, params (string Column, object? Value)[] columns) => Insert(RowOp.Insert, table, key, columns);

    /// <param name="unchanged">Columns that the log does not hold, since this update leaves them alone.</param>
    public void Update(string table, object key, IReadOnlySet<string> unchanged, params (string Column, object? Value)[] columns)
    {
        _tables[table][key] = _tables[table][key].SetItems(columns.Select(c => KeyValuePair.Create(c.Column, c.Value)));
        Write(RowOp.Update, table, key, _tables[table][key], unchanged, null, NextLsn());
    }

    public void Update(string table, object key, params (string Column, object? Value)[] columns) => Update(table, key, None, columns);

    public void Delete(string table, object key)
    {
        _tables[table].Remove(key);
        var lsn = NextLsn();
        Write(RowOp.Delete, table, key, null, None, null, lsn);
        Write(RowOp.Tombstone, table, key, null, None, null, lsn);
    }

    /// <summary>A new primary key: a delete, its tombstone and a create, at one position.</summary>
    public void Move(string table, object from, object to)
    {
        var row = _tables[table][from].SetItem("id", to);
        _tables[table].Remove(from);
        _tables[table].Add(to, row);
        var lsn = NextLsn();
        Write(RowOp.MovedAway, table, from, null, None, to, lsn);
        Write(RowOp.Tombstone, table, from, null, None, to, lsn);
        Write(RowOp.MovedHere, table, to, row, None, from, lsn);
    }

    /// <summary>Something that is no record at all.</summary>
    public void Poison(string table) => Write(RowOp.Poison, table, $"poison {_number + 1}", null, None, null, _lsn);

    private void Insert(RowOp op, string table, object key, (string Column, object? Value)[] columns)
    {
        var row = columns.ToImmutableDictionary(c => c.Column, c => c.Value).SetItem("id", key);
        _tables[table].Add(key, row);
        Write(op, table, key, row, None, null, op == RowOp.Read ? _lsn : NextLsn());
    }

    private long NextLsn() => _lsn += 304;

    private void Write(RowOp op, string table, object key, ImmutableDictionary<string, object?>? after, IReadOnlySet<string> unchanged, object? other, long lsn) =>
        _open.Add(new RowChange(++_number, op, table, key, after, unchanged, other, lsn, _transaction, _at));
}
