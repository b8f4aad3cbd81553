namespace CdcStripeSync.Debezium;

/// <summary>What a record without a value says of its row.</summary>
public enum TombstoneMeaning
{
    /// <summary>Told by the records beside it in its topic: envelopes and rows with a <c>__deleted</c> field tell their deletes themselves; of other bare rows it is the delete.</summary>
    Found,

    /// <summary>Nothing new: the delete came before it as a record of its own, and this is for Kafka's log compaction.</summary>
    AfterDelete,

    /// <summary>The row is gone: <c>ExtractNewRecordState</c> with <c>delete.tombstone.handling.mode=tombstone</c>.</summary>
    Delete,
}
