namespace CdcStripeSync.DevStack.Connector;

/// <summary>How far the records have been settled by whoever consumes them.</summary>
public interface ISettledPositions
{
    /// <summary>The highest position P such that every appended record with <see cref="OutgoingRecord.Position"/> ≤ P is settled;
    /// null while unknown. The replication slot is confirmed no further than this.</summary>
    ulong? SettledUpTo { get; }
}
