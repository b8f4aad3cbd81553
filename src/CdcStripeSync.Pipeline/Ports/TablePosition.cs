using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>The newest truncate of a table: rows below it are gone, older rows read later are ignored. Also holds the table's epoch.</summary>
public sealed record TablePosition(TableId Table, int Epoch, StreamPosition? TruncatedAt);
