namespace CdcStripeSync.Simulation.History;

/// <summary>A whole history: what the connector appends, and the truth at its end.</summary>
/// <param name="Changes">Every change once, in commit order: what the expected catalogue is computed from.</param>
/// <param name="IsWhollySeen">Every row's every state comes by, so that objects can be counted; not where key changes lead to other partitions.</param>
/// <param name="Counts">How many of what, for the distribution.</param>
internal sealed record ShopHistory(
    IReadOnlyList<HistoryStep> Steps, IReadOnlyList<RowEvent> Changes, IReadOnlyDictionary<string, int> Counts, bool IsWhollySeen)
{
    /// <summary>For a while changes had no records, and a new snapshot told what was left.</summary>
    public bool LostASlot { get; init; }

    /// <summary>Rows that it is about.</summary>
    public int Keys => Rows(Changes).Count();

    public int Tables => Rows(Changes).Select(r => r.Table).Distinct().Count();

    public static IEnumerable<(string Table, int Key)> Rows(IEnumerable<RowEvent> changes) => changes.Where(c => c.Op != RowOp.Truncate).Select(c => (c.Table, c.Key)).Distinct();
}
