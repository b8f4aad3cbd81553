using CdcStripeSync.Debezium.Columns;

namespace CdcStripeSync.Debezium;

/// <summary>What a record does not always tell by itself.</summary>
public sealed record DecoderOptions
{
    /// <summary>The connector's <c>topic.prefix</c>: names the table of bare rows by their topic, <c>prefix.schema.table</c>.</summary>
    public string TopicPrefix { get; init; } = "";

    /// <summary>The connector's <c>unavailable.value.placeholder</c>.</summary>
    public string UnavailablePlaceholder { get; init; } = Placeholder.Default;

    public ValueShape Shape { get; init; } = ValueShape.Found;

    public TombstoneMeaning Tombstones { get; init; } = TombstoneMeaning.Found;

    /// <summary><c>ExtractNewRecordState</c>'s <c>add.fields</c> and <c>add.fields.prefix</c>.</summary>
    public AddedNames AddedFields { get; init; } = AddedNames.Usual;

    /// <summary><c>ExtractNewRecordState</c>'s <c>add.headers</c> and <c>add.headers.prefix</c>.</summary>
    public AddedNames AddedHeaders { get; init; } = AddedNames.Usual;

    /// <summary><c>ByLogicalTableRouter</c>'s <c>key.field.name</c>: the key field that keeps rows of several tables apart.</summary>
    public string TableKeyField { get; init; } = "__dbz__physicalTableIdentifier";
}
