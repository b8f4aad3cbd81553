using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Avro;

namespace CdcStripeSync.Debezium.Columns;

/// <summary>Reads a record of columns (a row image, a key) by its writer's schema.</summary>
internal sealed class RowReader(Placeholder placeholder, RepeatedNames? names = null)
{
    private readonly ColumnReader _columns = new(placeholder, names);

    /// <summary>Null where the schema is an optional record and the value null.</summary>
    public Row? Read(AvroSchema schema, ref AvroReader reader)
    {
        if (schema.Kind == AvroKind.Union) schema = schema.Branches[reader.ReadIndex(schema.Branches.Length, "union branch")];
        if (schema.Kind == AvroKind.Null) return null;
        if (schema.Kind != AvroKind.Record) throw reader.Broken($"a row is a record, not {schema.Kind}");
        var values = new ColumnValue[schema.Fields.Length];
        var at = 0;
        try
        {
            for (; at < values.Length; at++) values[at] = _columns.Read(schema.Fields[at].Schema, ref reader);
        }
        catch (AvroDataException e)
        {
            throw e.Within(schema.Fields[at].Name);
        }

        if (schema.FieldNames is { } names) return Row.Of(names, values);
        var last = new Dictionary<string, ColumnValue>(values.Length, StringComparer.Ordinal);
        for (var i = 0; i < values.Length; i++) last[schema.Fields[i].Name] = values[i];
        return Row.Of(last);
    }
}
