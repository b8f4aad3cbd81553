namespace CdcStripeSync.Debezium.Projection;

/// <summary>How a walk over a record's bytes ended.</summary>
internal enum Outcome
{
    /// <summary>After its last step.</summary>
    Whole,
    /// <summary>At bytes that differ from the image that the record is compared with.</summary>
    Differs,
    /// <summary>At bytes that are not what the schema says.</summary>
    Broken,
}
