using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Pipeline.Ordering;

/// <summary>Fail-overs that were told of: each row opens its own epoch, and the table's is told once. Thread-safe.</summary>
public sealed class FailOvers
{
    private readonly Dictionary<TableId, Instant?> _told = [];

    /// <summary>Whether a row that opens an epoch tells of a fail-over that no row of its table told of. A row that was changed after what told of the
    /// last one has come through that: positions have fallen once more.</summary>
    /// <param name="since">When the newest was committed that was known of the row before.</param>
    /// <param name="at">When the change that opens it was committed; null where its server alone tells.</param>
    public bool IsNews(TableId table, Instant? since, Instant? at)
    {
        lock (_told)
        {
            if (_told.TryGetValue(table, out var told) && !(since is { } known && told is { } then && known >= then)) return false;
            _told[table] = at;
            return true;
        }
    }
}
