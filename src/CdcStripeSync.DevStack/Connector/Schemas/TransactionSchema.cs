using CdcStripeSync.DevStack.Avro;

namespace CdcStripeSync.DevStack.Connector.Schemas;

/// <summary>Transaction metadata: the block in every change, and the records of the transaction topic.</summary>
internal static class TransactionSchema
{
    private const string Namespace = "io.debezium.connector.common";

    public static readonly AvroRecord Block = new(
        "event", "block",
        [
            AvroField.Of("id", AvroKind.String),
            AvroField.Of("total_order", AvroKind.Long),
            AvroField.Of("data_collection_order", AvroKind.Long),
        ],
        ConnectAttributes.Of("event.block", 1));

    public static readonly AvroRecord Key = new(
        Namespace, "TransactionMetadataKey",
        [AvroField.Of("id", AvroKind.String)],
        ConnectAttributes.Of($"{Namespace}.TransactionMetadataKey", 1));

    public static readonly AvroRecord Value = new(
        Namespace, "TransactionMetadataValue",
        [
            AvroField.Of("status", AvroKind.String),
            AvroField.Of("id", AvroKind.String),
            AvroField.Optional("event_count", AvroKind.Long),
            new AvroField("data_collections", new AvroOptional(new AvroArray(new AvroOptional(Collection)))),
            AvroField.Of("ts_ms", AvroKind.Long),
        ],
        ConnectAttributes.Of($"{Namespace}.TransactionMetadataValue", 1));

    private static AvroRecord Collection => new(
        "event", "collection",
        [AvroField.Of("data_collection", AvroKind.String), AvroField.Of("event_count", AvroKind.Long)],
        ConnectAttributes.Of("event.collection", 1));
}
