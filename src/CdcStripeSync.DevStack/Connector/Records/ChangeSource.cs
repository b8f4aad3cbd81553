namespace CdcStripeSync.DevStack.Connector.Records;

/// <summary>Where and when a change happened: what the <c>source</c> block tells.</summary>
/// <param name="CommitTime">The transaction's commit, or the snapshot's start; UTC.</param>
/// <param name="LastCommit">End of the last commit before it, null when not known; first half of <c>sequence</c>.</param>
/// <param name="Lsn">The change's own position.</param>
/// <param name="Position">The transaction's commit position, see <see cref="OutgoingRecord.Position"/>.</param>
internal readonly record struct ChangeSource(
    DateTimeOffset CommitTime, ulong? LastCommit, ulong Lsn, long? TransactionId, ulong Position, string Snapshot = "false")
{
    /// <summary>Rows that a signal asked for stand between the changes; they carry a position only in <c>sequence</c> (recorded).</summary>
    public const string Incremental = "incremental";
}
