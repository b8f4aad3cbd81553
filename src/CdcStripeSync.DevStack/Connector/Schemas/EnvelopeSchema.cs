using CdcStripeSync.DevStack.Avro;

namespace CdcStripeSync.DevStack.Connector.Schemas;

/// <summary>A table's key and its change event (envelope version 2).</summary>
internal static class EnvelopeSchema
{
    /// <param name="name">The topic's name as an Avro namespace.</param>
    public static AvroRecord Key(string name, IReadOnlyList<AvroField> fields) =>
        new(name, "Key", fields, ConnectAttributes.Of($"{name}.Key"));

    public static AvroRecord Envelope(string name, IReadOnlyList<AvroField> columns)
    {
        var row = new AvroRecord(name, "Value", columns, ConnectAttributes.Of($"{name}.Value"));
        return new AvroRecord(
            name, "Envelope",
            [
                new AvroField("before", new AvroOptional(row)),
                new AvroField("after", new AvroOptional(row)),
                new AvroField("source", SourceSchema.Record),
                new AvroField("transaction", new AvroOptional(TransactionSchema.Block)),
                AvroField.Of("op", AvroKind.String),
                AvroField.Optional("ts_ms", AvroKind.Long),
                AvroField.Optional("ts_us", AvroKind.Long),
                AvroField.Optional("ts_ns", AvroKind.Long),
            ],
            ConnectAttributes.Of($"{name}.Envelope", 2));
    }
}
