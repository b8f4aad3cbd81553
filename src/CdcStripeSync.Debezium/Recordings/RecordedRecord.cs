using System.Text.Json;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Recordings;

/// <summary>One line of a recording: the record, and what another decoder made of it where the recording says.</summary>
public sealed record RecordedRecord(SourceRecord Record, JsonElement? KeyJson, JsonElement? ValueJson, string? KeyText, string? ValueText)
{
    /// <summary>The headers' values as text, in the record's order; null where the recording does not say.</summary>
    public IReadOnlyList<string?> HeaderTexts { get; init; } = [];

    /// <summary>The registry's id of the schema that the key was written with; null where the recording does not say.</summary>
    public int? KeySchemaId { get; init; }

    /// <summary>The same of the value.</summary>
    public int? ValueSchemaId { get; init; }
}
