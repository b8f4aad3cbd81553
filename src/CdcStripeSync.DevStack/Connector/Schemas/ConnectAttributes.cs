using CdcStripeSync.DevStack.Avro;

namespace CdcStripeSync.DevStack.Connector.Schemas;

/// <summary>The attributes by which an Avro record names its Kafka Connect schema.</summary>
internal static class ConnectAttributes
{
    public static IReadOnlyList<AvroAttribute> Of(string name, int? version = null) => version is { } number
        ? [new AvroAttribute("connect.version", number), new AvroAttribute("connect.name", name)]
        : [new AvroAttribute("connect.name", name)];
}
