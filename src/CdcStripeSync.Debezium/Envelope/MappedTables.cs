using CdcStripeSync.Core.Changes;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>Which tables matter.</summary>
/// <param name="isMapped">Null where all do.</param>
internal sealed class MappedTables(DecoderOptions options, Func<TableId, bool>? isMapped)
{
    public bool Has(TableId table) => isMapped is null || isMapped(table);

    /// <summary>A topic is named after no table that matters: what is no row there (an outbox's event) is none that is missed.</summary>
    public bool HasNoneIn(string topic) => isMapped is not null && !(TopicTable.Of(topic, options.TopicPrefix) is { } table && isMapped(table));
}
