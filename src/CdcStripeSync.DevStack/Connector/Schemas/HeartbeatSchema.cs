using CdcStripeSync.DevStack.Avro;

namespace CdcStripeSync.DevStack.Connector.Schemas;

/// <summary>The heartbeat topic's records.</summary>
internal static class HeartbeatSchema
{
    private const string Namespace = "io.debezium.connector.common";

    public static readonly AvroRecord Key = new(
        Namespace, "ServerNameKey",
        [AvroField.Of("serverName", AvroKind.String)],
        ConnectAttributes.Of($"{Namespace}.ServerNameKey", 1));

    public static readonly AvroRecord Value = new(
        Namespace, "Heartbeat",
        [AvroField.Of("ts_ms", AvroKind.Long)],
        ConnectAttributes.Of($"{Namespace}.Heartbeat", 1));
}
