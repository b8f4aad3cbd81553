using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>A row as it was read in the source database.</summary>
/// <param name="Stamp">The log's position just before the read: all that was committed up to there is in the row, as in a snapshot's. None where the source does not tell it.</param>
/// <param name="ReadAt">The source's clock then; null where it does not tell it.</param>
public sealed record SourceRow(Row Row, SourcePosition Stamp, Instant? ReadAt);
