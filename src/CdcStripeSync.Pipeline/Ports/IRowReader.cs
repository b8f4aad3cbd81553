using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>Direct reads of the source database, where one is configured: for unknown columns and presumed deletions.</summary>
public interface IRowReader
{
    /// <summary>The row's mapped columns as they stand now, or null where the row does not exist.</summary>
    Task<Row?> ReadAsync(EntityKey key, IReadOnlyCollection<string> columns, CancellationToken cancellationToken);
}
