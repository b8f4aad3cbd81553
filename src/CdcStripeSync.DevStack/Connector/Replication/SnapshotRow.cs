using CdcStripeSync.DevStack.Connector.Tables;

namespace CdcStripeSync.DevStack.Connector.Replication;

/// <summary>A row of a snapshot that waits for its marker.</summary>
internal readonly record struct SnapshotRow(TableShape Shape, object?[] Values, bool FirstOfTable, bool First)
{
    /// <summary>Debezium's <c>source.snapshot</c>; the very last row of the snapshot is <c>last</c>, also if its table is not the last.</summary>
    public string Marker(bool lastOfTable, bool last) => (First, last, FirstOfTable, lastOfTable) switch
    {
        (_, true, _, _) => "last",
        (true, _, _, _) => "first",
        (_, _, _, true) => "last_in_data_collection",
        (_, _, true, _) => "first_in_data_collection",
        _ => "true",
    };
}
