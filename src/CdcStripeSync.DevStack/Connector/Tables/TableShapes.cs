using CdcStripeSync.DevStack.Connector.Columns;
using CdcStripeSync.DevStack.Connector.Schemas;

namespace CdcStripeSync.DevStack.Connector.Tables;

/// <summary>Makes the shape of a table: from the catalogue for a snapshot, from what the stream announced for changes.</summary>
/// <remarks>As in Debezium, the stream gives names and types; whether a column may be null, its default and the primary key are those
/// of the catalogue at the time of reading, so a column that is gone meanwhile counts as optional and without default.</remarks>
internal sealed class TableShapes(ConnectorOptions options, IConnectorEvents events)
{
    private readonly ColumnTypes _types = new(options.DecimalMode, options.UnavailablePlaceholder);
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);

    public TableShape OfCatalog(CatalogTable table) =>
        Make(table.Name, [.. table.Columns.Select(c => new RelationColumn(c.Name, c.Type, false))], table);

    public TableShape OfRelation(TableName name, IReadOnlyList<RelationColumn> relation, CatalogTable table) => Make(name, relation, table);

    private TableShape Make(TableName name, IReadOnlyList<RelationColumn> relation, CatalogTable table)
    {
        var columns = new List<ColumnShape>(relation.Count);
        var names = table.Columns.Count > 0 ? table.Key : [.. relation.Where(c => c.InIdentity).Select(c => c.Name)];
        for (var i = 0; i < relation.Count; i++)
        {
            if (!options.Columns.Captures(name, relation[i].Name) && !names.Contains(relation[i].Name))
                continue;
            if (relation[i].Type is { } type && _types.Of(type) is { } known)
                columns.Add(Column(relation[i].Name, i, known, table.Columns.FirstOrDefault(c => c.Name == relation[i].Name)));
            else
                WarnOnce(name, relation[i]);
        }
        foreach (var column in columns.Where(c => FieldName(c) != FieldName(c).ToAvroName()))
        {
            throw new ConnectorException(
                $"{name}.{column.Name}: not a name that Avro allows; set field.name.adjustment.mode to avro, or rename the column.");
        }
        int[] key = [.. names.Select(k => columns.FindIndex(c => c.Name == k)).Where(i => i >= 0)];
        var topic = options.TopicOf(name);
        var avroName = topic.ToAvroFullName();
        return new TableShape(
            name, topic, columns, key,
            key.Length == 0 ? null : EnvelopeSchema.Key(avroName, [.. key.Select(i => columns[i].Field(FieldName(columns[i])))]),
            EnvelopeSchema.Envelope(avroName, [.. columns.Select(c => c.Field(FieldName(c)))]));
    }

    private static ColumnShape Column(string name, int ordinal, ColumnType type, CatalogColumn? column) =>
        new(name, ordinal, type, column?.NotNull ?? false, ColumnDefault.Read(column?.Default, type));

    private string FieldName(ColumnShape column) => options.AdjustFieldNames ? column.Name.ToAvroName() : column.Name;

    private void WarnOnce(TableName table, RelationColumn column)
    {
        if (_warned.Add($"{table}.{column.Name}"))
        {
            events.Report(new ConnectorEvent(
                ConnectorEventKind.ColumnSkipped,
                $"{table}.{column.Name}: type {column.Type?.Name ?? "(gone)"} is not supported by the embedded connector; the column is left out."));
        }
    }
}
