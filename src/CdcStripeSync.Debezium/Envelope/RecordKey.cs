using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Columns;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>A record's key: the row's key columns, and the table where a router put it beside them.</summary>
/// <param name="Table">By the original topic's name; null where the key has none.</param>
/// <param name="TypeOf">What the key's schema says of a column: a header gives another key's values without a schema.</param>
internal sealed record RecordKey(Row Columns, TableId? Table, Func<string, FieldType> TypeOf)
{
    public static RecordKey None { get; } = new(Row.Empty, null, Untold);

    public static FieldType Untold(string column) => default;

    public static RecordKey Of(Row key, Func<string, FieldType> typeOf, DecoderOptions options)
    {
        if (!key.Has(options.TableKeyField)) return new RecordKey(key, null, typeOf);
        var columns = Row.Of(key.Where(c => c.Key != options.TableKeyField));
        return new RecordKey(columns, key[options.TableKeyField].ToText() is { } topic ? TopicTable.Of(topic, options.TopicPrefix) : null, typeOf);
    }
}
