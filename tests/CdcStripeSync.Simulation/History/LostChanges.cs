namespace CdcStripeSync.Simulation.History;

/// <summary>What a time without records has changed, as far as anybody can tell afterwards: each row's last state beside its first. A key change is a row
/// that went and another that came; a row that came and went again was never there.</summary>
internal static class LostChanges
{
    /// <param name="before">The rows that were there when records ended.</param>
    /// <param name="unseen">What was done since, in order.</param>
    public static IReadOnlyList<RowEvent> Of(IReadOnlySet<(string Table, int Key)> before, IEnumerable<RowEvent> unseen) =>
        [.. unseen.Where(e => e.Op != RowOp.Tombstone).GroupBy(e => (e.Table, e.Key)).Select(row => Seen(before.Contains(row.Key), row.Last())).OfType<RowEvent>().OrderBy(e => e.Number)];

    private static RowEvent? Seen(bool wasThere, RowEvent last) => last.Op switch
    {
        RowOp.Delete or RowOp.MovedAway => wasThere ? last with { Op = RowOp.Delete, OtherKey = null } : null,
        RowOp.Insert or RowOp.Update or RowOp.MovedHere => last with { Op = wasThere ? RowOp.Update : RowOp.Insert, OtherKey = null, Unchanged = [] },
        _ => throw new InvalidOperationException(last.Op.ToString()),
    };
}
