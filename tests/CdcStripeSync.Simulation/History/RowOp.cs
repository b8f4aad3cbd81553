namespace CdcStripeSync.Simulation.History;

internal enum RowOp
{
    Insert,
    Update,
    Delete,
    /// <summary>A row as a snapshot read it.</summary>
    Read,
    /// <summary>The old key's half of a key change.</summary>
    MovedAway,
    /// <summary>The new key's half of a key change.</summary>
    MovedHere,
    /// <summary>A record without content behind each delete.</summary>
    Tombstone,
    /// <summary>All rows of a table are gone; the record has no key, and stands in any partition.</summary>
    Truncate,
}
