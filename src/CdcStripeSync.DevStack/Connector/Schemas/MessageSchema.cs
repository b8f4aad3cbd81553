using CdcStripeSync.DevStack.Avro;

namespace CdcStripeSync.DevStack.Connector.Schemas;

/// <summary>Logical decoding messages (<c>pg_logical_emit_message</c>).</summary>
internal static class MessageSchema
{
    private const string Namespace = SourceSchema.Namespace;

    public static readonly AvroRecord Key = new(
        Namespace, "MessageKey",
        [AvroField.Optional("prefix", AvroKind.String)],
        ConnectAttributes.Of($"{Namespace}.MessageKey", 1));

    public static readonly AvroRecord Value = new(
        Namespace, "MessageValue",
        [
            AvroField.Of("op", AvroKind.String),
            AvroField.Optional("ts_ms", AvroKind.Long),
            new AvroField("source", SourceSchema.Record),
            new AvroField("transaction", new AvroOptional(TransactionSchema.Block)),
            new AvroField("message", Message),
        ],
        ConnectAttributes.Of($"{Namespace}.MessageValue", 1));

    private static AvroRecord Message => new(
        Namespace, "Message",
        [AvroField.Optional("prefix", AvroKind.String), AvroField.Optional("content", AvroKind.Bytes)],
        ConnectAttributes.Of($"{Namespace}.Message", 1));
}
