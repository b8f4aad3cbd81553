using CdcStripeSync.DevStack.Avro;

namespace CdcStripeSync.DevStack.Connector.Schemas;

/// <summary>The notification topic's records (recorded: shop-backfill-by-topic).</summary>
internal static class NotificationSchema
{
    private const string Namespace = "io.debezium.connector.common";

    public static readonly AvroRecord Key = new(
        Namespace, "NotificationKey",
        [AvroField.Of("id", AvroKind.String)],
        ConnectAttributes.Of($"{Namespace}.NotificationKey", 1));

    public static readonly AvroRecord Value = new(
        Namespace, "Notification",
        [
            AvroField.Of("id", AvroKind.String),
            AvroField.Of("type", AvroKind.String),
            AvroField.Of("aggregate_type", AvroKind.String),
            new AvroField("additional_data", new AvroOptional(new AvroMap(new AvroPrimitive(AvroKind.String)))),
            AvroField.Of("timestamp", AvroKind.Long),
        ],
        ConnectAttributes.Of($"{Namespace}.Notification", 1));
}
