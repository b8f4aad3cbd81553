namespace CdcStripeSync.Debezium;

/// <summary>What the values of row topics are.</summary>
public enum ValueShape
{
    /// <summary>Told by each record's schema or members.</summary>
    Found,

    /// <summary>Debezium's envelope: before, after, source, op.</summary>
    Envelope,

    /// <summary>Rows alone: <c>ExtractNewRecordState</c>; for tables whose own columns are named like an envelope's.</summary>
    Row,
}
