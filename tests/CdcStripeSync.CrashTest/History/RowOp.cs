namespace CdcStripeSync.CrashTest.History;

internal enum RowOp
{
    /// <summary>A row as the first snapshot read it.</summary>
    Read,
    Insert,
    Update,
    Delete,
    /// <summary>The old key's half of a key change.</summary>
    MovedAway,
    /// <summary>The new key's half of a key change.</summary>
    MovedHere,
    /// <summary>The record without content behind each delete.</summary>
    Tombstone,
    /// <summary>Bytes that nobody can read.</summary>
    Poison,
}
