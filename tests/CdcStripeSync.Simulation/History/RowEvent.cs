namespace CdcStripeSync.Simulation.History;

/// <summary>One record of the change stream, in the plainest words.</summary>
/// <param name="Number">Which change of the database it tells of; its repeats have the same.</param>
/// <param name="Columns">The row after the change, or as read; null where it is gone. A null text is NULL.</param>
/// <param name="Unchanged">Columns whose value the log does not hold (unchanged TOAST).</param>
/// <param name="OtherKey">Of a key change: the other half's key.</param>
/// <param name="Lsn">The log position, or the stamp of a row that was read.</param>
/// <param name="At">Commit time in milliseconds.</param>
internal sealed record RowEvent(
    int Number, RowOp Op, string Table, int Key, IReadOnlyDictionary<string, string?>? Columns, IReadOnlyList<string> Unchanged, int? OtherKey, ulong Lsn, long At)
{
    /// <summary>Of a row that was read: whether by a snapshot of all tables.</summary>
    public bool IsOfCompleteSnapshot { get; init; }

    /// <summary>The last row of its table in a complete snapshot.</summary>
    public bool IsLastOfTable { get; init; }

    /// <summary>The last row of a complete snapshot.</summary>
    public bool IsLast { get; init; }

    public override string ToString() =>
        $"#{Number} {Op} {Table}/{Key}{(OtherKey is { } other ? $"<->{other}" : "")} lsn {Lsn:X} {(Columns is null ? "" : string.Join(' ', Columns.Select(c => $"{c.Key}={(Unchanged.Contains(c.Key) ? "?" : c.Value ?? "NULL")}")))}";
}
