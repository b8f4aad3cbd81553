using CdcStripeSync.Debezium.Columns;
using CdcStripeSync.Debezium.Envelope;

namespace CdcStripeSync.Debezium.Avro;

/// <param name="Default">The field's default (Connect's on its type, or Avro's) as text; null where it has none, or null.</param>
public sealed record AvroField(string Name, AvroSchema Schema, string? Default = null)
{
    public bool HasDefault => Default is not null;

    /// <summary>What it is in Debezium's <c>source</c>, should its record be one.</summary>
    internal EnvelopeField Source { get; } = SourceBlock.FieldOf(Name);

    /// <summary>What its schema says of its value, where it is a row's column.</summary>
    internal FieldType Type
    {
        get
        {
            var value = Schema.WithoutNull();
            var isOptional = Schema.Kind == AvroKind.Union && Schema.Branches.Any(b => b.Kind == AvroKind.Null);
            return new FieldType(value.Meaning, value.Scale, value.Parameters.ContainsKey(Filling.Masked) ? default : Filling.Of(isOptional, Default, value.SemanticType));
        }
    }
}
