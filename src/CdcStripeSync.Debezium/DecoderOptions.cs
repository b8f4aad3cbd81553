using CdcStripeSync.Debezium.Columns;

namespace CdcStripeSync.Debezium;

/// <summary>What a record does not always tell by itself.</summary>
public sealed record DecoderOptions
{
    /// <summary>The connector's <c>topic.prefix</c>: names the table of bare rows by their topic, <c>prefix.schema.table</c>.</summary>
    public string TopicPrefix { get; init; } = "";

    /// <summary>The connector's <c>unavailable.value.placeholder</c>.</summary>
    public string UnavailablePlaceholder { get; init; } = Placeholder.Default;
}
