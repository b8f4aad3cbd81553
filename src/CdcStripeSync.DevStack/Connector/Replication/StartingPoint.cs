namespace CdcStripeSync.DevStack.Connector.Replication;

/// <summary>Where a run begins.</summary>
/// <param name="Confirmed">What the existing slot has confirmed: the end of the last settled commit; null when the slot is to be made.</param>
internal readonly record struct StartingPoint(bool NeedsSnapshot, ulong? Confirmed)
{
    /// <summary>For <c>source.sequence</c>: known when streaming goes on without a snapshot.</summary>
    public ulong? LastCommit => NeedsSnapshot ? null : Confirmed;
}
