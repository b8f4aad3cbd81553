using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>Direct reads of the source database, where one is configured: for unknown columns and presumed deletions.</summary>
public interface IRowReader
{
    /// <summary>The row's columns as they stand now, or null where the row does not exist. A column that the table lacks, or whose type has no
    /// readable form, is not among them.</summary>
    /// <exception cref="RowReadException">The database is away or refuses: nothing is known of the row.</exception>
    Task<SourceRow?> ReadAsync(EntityKey key, IReadOnlyCollection<string> columns, CancellationToken cancellationToken);
}
