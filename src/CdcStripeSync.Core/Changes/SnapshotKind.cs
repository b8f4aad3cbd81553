namespace CdcStripeSync.Core.Changes;

/// <summary>Whether an event streams from the log or repeats a row as a snapshot read it.</summary>
public enum SnapshotKind
{
    /// <summary>Streamed: <c>source.snapshot</c> is false or absent.</summary>
    Streamed,
    /// <summary>A row of a complete snapshot (first, first_in_data_collection, true, last_in_data_collection).</summary>
    Complete,
    /// <summary>The last row of a complete snapshot (<c>last</c>).</summary>
    CompleteLast,
    /// <summary>A row of an incremental snapshot.</summary>
    Incremental,
}
