using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>Tells whether a record says anything new of its row, without decoding it.</summary>
public interface IRecordImages
{
    /// <summary>The image of a decoded record; null where it has none that later records can be compared with.</summary>
    RecordImage? Of(SourceRecord record, ChangeEvent change);

    /// <summary>Whether the record is an update or a snapshot row of the same table and row (by its whole key), under the same writer's schema, in
    /// which every column that the mapping reads holds the same bytes as in the image. Never of a row that ends its table in a complete snapshot: that
    /// is routed. Allocates nothing. Not thread-safe.</summary>
    /// <param name="stamp">Receives where the record's change stands, if so.</param>
    /// <returns>False also for what cannot be told: then the record is decoded.</returns>
    bool SaysTheSame(in RecordImage image, SourceRecord record, EventStamp stamp);
}
