using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>A record's key: the row's key columns, and the table where a router put it beside them.</summary>
/// <param name="Table">By the original topic's name; null where the key has none.</param>
internal sealed record RecordKey(Row Columns, TableId? Table)
{
    public static RecordKey None { get; } = new(Row.Empty, null);

    public static RecordKey Of(Row key, DecoderOptions options)
    {
        if (!key.Has(options.TableKeyField)) return new RecordKey(key, null);
        var columns = Row.Of(key.Where(c => c.Key != options.TableKeyField));
        return new RecordKey(columns, key[options.TableKeyField].ToText() is { } topic ? TopicTable.Of(topic, options.TopicPrefix) : null);
    }
}
