namespace CdcStripeSync.CrashTest.History;

/// <summary>What the connector appends at one time: a transaction, or a repeat of the newest part of the log.</summary>
/// <param name="After">How long after the step before.</param>
internal sealed record HistoryStep(TimeSpan After, IReadOnlyList<RowChange> Changes);
