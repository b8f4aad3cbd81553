using CdcStripeSync.DevStack.Avro;
using CdcStripeSync.DevStack.Connector.Columns;

namespace CdcStripeSync.DevStack.Connector.Tables;

/// <summary>How a table's rows travel at one point of its history: topic, columns, key, and the schemas with their ids.</summary>
internal sealed class TableShape(
    TableName name, string topic, IReadOnlyList<ColumnShape> columns, IReadOnlyList<int> key, AvroRecord? keySchema, AvroRecord envelope)
{
    public TableName Name { get; } = name;

    public string Topic { get; } = topic;

    public IReadOnlyList<ColumnShape> Columns { get; } = columns;

    /// <summary>Null for a table without a key.</summary>
    public AvroRecord? KeySchema { get; } = keySchema;

    public AvroRecord Envelope { get; } = envelope;

    /// <summary>The row's key by the order of the key schema; null for a table without a key.</summary>
    public object?[]? KeyOf(object?[] row) => KeySchema is null ? null : [.. key.Select(i => row[i])];

    /// <summary>The row's Avro values from a tuple's texts. A null in a NOT NULL column, which only an incomplete old row has,
    /// becomes what Debezium puts there: the default, or the type's zero.</summary>
    public object?[] Row(IReadOnlyList<string?> texts)
    {
        var row = new object?[Columns.Count];
        for (var i = 0; i < row.Length; i++)
            row[i] = Value(Columns[i], texts[Columns[i].Ordinal]) ?? Columns[i].Missing;
        return row;
    }

    private object? Value(ColumnShape column, string? text)
    {
        if (text is null)
            return null;
        if (!UnchangedToast.Is(text))
            return column.Type.Parse(text);
        return column.Type.Unavailable ?? throw new ConnectorException(
            $"{Name}.{column.Name}: an unchanged large value has no placeholder in this type; run ALTER TABLE {Name} REPLICA IDENTITY FULL.");
    }
}
