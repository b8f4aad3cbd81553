using CdcStripeSync.CrashTest.Running;

namespace CdcStripeSync.CrashTest.History;

/// <summary>One history: what the connector appends and when, the same for the same seed.</summary>
/// <param name="Counts">What it holds, by kind.</param>
internal sealed record ShopHistory(IReadOnlyList<HistoryStep> Steps, IReadOnlyDictionary<string, int> Counts)
{
    /// <summary>Every change once, in the order of the database.</summary>
    public IReadOnlyList<RowChange> Changes { get; } = [.. Steps.SelectMany(s => s.Changes).DistinctBy(c => c.Number).OrderBy(c => c.Number)];

    public static ShopHistory Of(Chance chance)
    {
        var shop = new ShopDatabase();
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var actions = new ShopActions(shop, chance, Did);
        var pace = chance.Of(10, 25, 50);
        var steps = new List<HistoryStep>();
        var log = new List<RowChange>();
        for (var i = 0; i < 2; i++) actions.NewProduct(true);
        for (var i = 0; i < 3; i++) actions.NewPrice(true);
        for (var i = 0; i < 2; i++) actions.NewCustomer(true);
        Append(shop.Commit());
        for (var i = chance.Between(30, 55); i > 0; i--)
        {
            for (var together = chance.In(20) ? 3 : 1; together > 0; together--) actions.Act();
            var changes = shop.Commit();
            log.AddRange(changes);
            Append(changes);
            if (chance.In(3)) Poison();
            if (chance.In(4) && log.Count > 0) Repeat();
        }

        return new ShopHistory(steps, counts);

        void Did(string what) => counts[what] = counts.GetValueOrDefault(what) + 1;

        void Append(IReadOnlyList<RowChange> changes)
        {
            if (changes.Count > 0) steps.Add(new HistoryStep(TimeSpan.FromMilliseconds(chance.Below((2 * pace) + 1)), changes));
        }

        // The connector was restarted: it sends the newest part of the log again.
        void Repeat()
        {
            List<RowChange> repeated = [.. log.TakeLast(chance.Between(1, 15))];
            counts["repeated record"] = counts.GetValueOrDefault("repeated record") + repeated.Count;
            Append(repeated);
        }

        void Poison()
        {
            Did("unreadable record");
            shop.Poison(chance.Of(ShopDatabase.Tables));
            Append(shop.Commit());
        }
    }
}
