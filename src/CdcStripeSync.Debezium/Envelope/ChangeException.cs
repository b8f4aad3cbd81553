namespace CdcStripeSync.Debezium.Envelope;

/// <summary>A record whose parts were read, but which make no change.</summary>
/// <param name="part">The part of the envelope that is to blame; null where it is none.</param>
internal sealed class ChangeException(string message, string? part = null) : Exception(message)
{
    public string? Field => part;

    /// <summary>The value is rightly read, and not what a change can be made of: no row, or one in a wrapper that nobody can tell from a row.</summary>
    public bool IsNoRow { get; init; }

    public static ChangeException CloudEvent() =>
        new("the value is a CloudEvent, whose own members would be taken for columns; expected Debezium's envelope: set value.converter to an Avro or JSON converter instead of CloudEventsConverter (or, where it is a row of a table with such columns, records.shape to row)") { IsNoRow = true };

    public static ChangeException UnknownWrapper() =>
        new("the value is a number `id` and a structure `payload`: a row in the wrapper of Apicurio's ExtJsonConverter, whose id is its schema's, or one with two such columns; set value.converter to JsonConverter or an Avro converter (or, where it is a row of a table with such columns, records.shape to row)") { IsNoRow = true };
}
