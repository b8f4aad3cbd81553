using CdcStripeSync.DevStack.Avro;

namespace CdcStripeSync.DevStack.Connector.Columns;

/// <summary>A column as it stands in the row's Avro record.</summary>
/// <param name="Ordinal">Its place in the tuples of the relation.</param>
/// <param name="Default">The schema's default, null when it has none.</param>
internal sealed record ColumnShape(string Name, int Ordinal, ColumnType Type, bool Required, object? Default)
{
    /// <summary>What stands for a value that is not known to be there (a delete's before).</summary>
    public object? Missing => Required ? Default ?? Type.Zero : null;

    public AvroField Field(string name)
    {
        if (Default is null || Type.Avro is not AvroPrimitive primitive || ColumnDefault.ToJson(Default) is not { } json)
            return new AvroField(name, Required ? Type.Avro : new AvroOptional(Type.Avro));
        AvroType type = primitive.WithDefault(json);
        return new AvroField(name, Required ? type : new AvroOptional(type, nullFirst: false), json.DeepClone());
    }
}
