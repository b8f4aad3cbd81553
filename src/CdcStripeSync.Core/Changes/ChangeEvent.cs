using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Changes;

/// <summary>One row change (or one row of a snapshot, or a truncate) as the source told it, independent of the record's shape.</summary>
public sealed record ChangeEvent
{
    public required RecordOrigin Origin { get; init; }

    public required TableId Table { get; init; }

    public required ChangeOp Op { get; init; }

    /// <summary>The row before the change where the source gave one. With REPLICA IDENTITY DEFAULT only the record key's columns
    /// in it are true, so a decoder keeps only these; null where there was none.</summary>
    public Row? Before { get; init; }

    /// <summary>The row after the change; null for a delete and a truncate.</summary>
    public Row? After { get; init; }

    /// <summary>The record key's columns as Kafka had them; empty for a truncate.</summary>
    public Row RecordKey { get; init; } = Row.Empty;

    /// <summary>On the create half of a primary-key change: the old key (header <c>__debezium.oldkey</c>).</summary>
    public Row? OldKey { get; init; }

    /// <summary>On the delete half of a primary-key change: the new key (header <c>__debezium.newkey</c>).</summary>
    public Row? NewKey { get; init; }

    public required SnapshotKind Snapshot { get; init; }

    /// <summary>A row that a complete snapshot read: all tables of a connector, each at one place of the log.</summary>
    public bool IsOfCompleteSnapshot => Snapshot is SnapshotKind.Complete or SnapshotKind.CompleteLastOfTable or SnapshotKind.CompleteLast;

    /// <summary>The complete snapshot has read its whole table with this row. A table that was empty then has none.</summary>
    public bool EndsTable => Snapshot is SnapshotKind.CompleteLastOfTable or SnapshotKind.CompleteLast;

    /// <summary>A streamed event's place in the log; a snapshot row's stamp: the log position at which it was read
    /// (<c>source.lsn</c>, or the second number of <c>sequence</c> for incremental rows).</summary>
    public required SourcePosition Position { get; init; }

    /// <summary>Commit time by the database's clock (<c>source.ts_ms</c>, finer where given). Where the record tells neither it nor a position, Kafka's time of the
    /// record; null where there is none of them.</summary>
    public Instant? CommittedAt { get; init; }

    public string? TransactionId { get; init; }

    /// <summary>A record without a value, in a topic of which nothing tells whether it is the delete itself or follows one for Kafka's compaction.</summary>
    public bool MayFollowDelete { get; init; }

    /// <summary>Columns of the writer's schema, by which a dropped column is told from one that merely did not change; null where unknown.</summary>
    public IReadOnlySet<string>? WriterColumns { get; init; }

    /// <summary>The images are whole documents (MongoDB's), which have no schema but their own members: a column that is not in one is null there.</summary>
    public bool IsOfDocument { get; init; }
}
