namespace CdcStripeSync.CrashTest.History;

/// <summary>One record of the change stream. Values are <c>long</c>, <c>bool</c>, <c>decimal</c>, <c>string</c>, <c>string[]</c> or null.</summary>
/// <param name="Number">Which change of the database it tells of; a repeat has the same.</param>
/// <param name="Key">The row's key: <c>long</c>, or a UUID's text.</param>
/// <param name="After">The row after the change; null where it is gone.</param>
/// <param name="Unchanged">Columns whose value the log does not hold (unchanged TOAST).</param>
/// <param name="OtherKey">Of a key change: the other half's key.</param>
/// <param name="At">Commit time in milliseconds.</param>
internal sealed record RowChange(
    int Number, RowOp Op, string Table, object Key, IReadOnlyDictionary<string, object?>? After, IReadOnlySet<string> Unchanged, object? OtherKey, long Lsn, long Transaction, long At)
{
    /// <summary>The row in one word, as <c>products/3</c>.</summary>
    public string Row => $"{Table}/{Key}";

    public override string ToString() => $"#{Number} {Op} {Row}{(OtherKey is null ? "" : $" <-> {OtherKey}")} lsn {Lsn} {Columns()}";

    private string Columns() => After is null
        ? ""
        : string.Join(' ', After.Where(c => c.Value is not null).Select(c => $"{c.Key}={(Unchanged.Contains(c.Key) ? "?" : c.Value is string[] texts ? string.Join(',', texts) : c.Value)}"));
}
