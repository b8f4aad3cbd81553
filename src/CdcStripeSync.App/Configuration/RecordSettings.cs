using CdcStripeSync.Debezium;
using CdcStripeSync.Debezium.Columns;
using CdcStripeSync.Pipeline.Control;

namespace CdcStripeSync.App.Configuration;

/// <summary>What records do not always tell by themselves. Everything here is found without being set; setting it fixes it.</summary>
internal sealed class RecordSettings
{
    /// <summary>found, envelope or row.</summary>
    public ValueShape Shape { get; set; } = ValueShape.Found;

    /// <summary>found, afterDelete or delete.</summary>
    public TombstoneMeaning Tombstones { get; set; } = TombstoneMeaning.Found;

    /// <summary>The connector's <c>unavailable.value.placeholder</c>.</summary>
    public string UnavailablePlaceholder { get; set; } = Placeholder.Default;

    /// <summary><c>add.fields</c> of <c>ExtractNewRecordState</c>, as the connector has it; needed where it renames: <c>op:operation,source.lsn:lsn_at</c>.</summary>
    public string AddFields { get; set; } = "";

    /// <summary><c>add.headers</c> of <c>ExtractNewRecordState</c>, likewise.</summary>
    public string AddHeaders { get; set; } = "";

    /// <summary><c>add.fields.prefix</c> of <c>ExtractNewRecordState</c>; <see cref="AddedPrefix"/> where it is not set.</summary>
    public string? AddFieldsPrefix { get; set; }

    /// <summary><c>add.headers.prefix</c> of <c>ExtractNewRecordState</c>; <see cref="AddedPrefix"/> where it is not set.</summary>
    public string? AddHeadersPrefix { get; set; }

    /// <summary>Both prefixes, where they are the same.</summary>
    public string AddedPrefix { get; set; } = AddedNames.Usual.Prefix;

    /// <summary><c>key.field.name</c> of <c>ByLogicalTableRouter</c>.</summary>
    public string TableKeyField { get; set; } = "__dbz__physicalTableIdentifier";

    /// <summary>presume or keep: whether rows that a complete new snapshot of their table lacks, and of which no delete came, end as by their delete.</summary>
    public VanishedRowPolicy VanishedRows { get; set; } = VanishedRowPolicy.Presume;

    /// <summary>How long a row whose key changed from one of which nothing was read yet waits for that one's own records, before it gets an object of its own; 0: it does not.</summary>
    public double KeyChangeSeconds { get; set; } = 30;

    /// <exception cref="FormatException"><see cref="AddFields"/> or <see cref="AddHeaders"/> is not as the connector has it.</exception>
    public DecoderOptions Options(string topicPrefix) => new()
    {
        TopicPrefix = topicPrefix,
        Shape = Shape,
        Tombstones = Tombstones,
        UnavailablePlaceholder = UnavailablePlaceholder,
        AddedFields = AddedNames.Of(AddFieldsPrefix ?? AddedPrefix, AddFields),
        AddedHeaders = AddedNames.Of(AddHeadersPrefix ?? AddedPrefix, AddHeaders),
        TableKeyField = TableKeyField,
    };
}
