using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>Tells the shape of a record from its value's schema.</summary>
internal static class RecordShape
{
    /// <param name="schema">A record, or an optional one: Connect's optional structures are unions with null.</param>
    public static ShapeKind Of(AvroSchema schema, ValueShape given)
    {
        schema = schema.WithoutNull();
        var name = schema.Name;
        if (name.EndsWith(".Heartbeat", StringComparison.Ordinal)) return ShapeKind.Heartbeat;
        if (name.EndsWith(".TransactionMetadataValue", StringComparison.Ordinal)) return ShapeKind.Transaction;
        if (name.EndsWith(".SchemaChangeValue", StringComparison.Ordinal)) return ShapeKind.SchemaChange;
        if (name.EndsWith("common.Notification", StringComparison.Ordinal)) return ShapeKind.Notification;
        if (given == ValueShape.Found && schema.Field(CloudEvent.Telling) is not null && CloudEvent.Has([.. schema.Fields.Select(f => f.Name)])) return ShapeKind.CloudEvent;
        if (given != ValueShape.Row && schema.Field("op") is not null && schema.Field("source")?.Schema.WithoutNull().Kind == AvroKind.Record)
            return schema.Field("message") is not null && schema.Field("after") is null ? ShapeKind.Message : ShapeKind.Envelope;
        return given == ValueShape.Envelope ? ShapeKind.Envelope : ShapeKind.Unwrapped;
    }
}
