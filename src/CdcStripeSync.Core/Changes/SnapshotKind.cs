namespace CdcStripeSync.Core.Changes;

/// <summary>Whether an event streams from the log or repeats a row as a snapshot read it.</summary>
public enum SnapshotKind
{
    /// <summary>Streamed: <c>source.snapshot</c> is false or absent.</summary>
    Streamed,
    /// <summary>A row of a complete snapshot (first, first_in_data_collection, true).</summary>
    Complete,
    /// <summary>The last row of its table in a complete snapshot (<c>last_in_data_collection</c>).</summary>
    CompleteLastOfTable,
    /// <summary>The last row of a complete snapshot (<c>last</c>), and so of its table.</summary>
    CompleteLast,
    /// <summary>A row of an incremental snapshot: it has no last row.</summary>
    Incremental,
}
