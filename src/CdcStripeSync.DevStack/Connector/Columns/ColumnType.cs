using CdcStripeSync.DevStack.Avro;

namespace CdcStripeSync.DevStack.Connector.Columns;

/// <summary>How values of one PostgreSQL type travel: their Avro type, and how PostgreSQL's text becomes a value of it.</summary>
/// <param name="Parse">From the type's text output to an Avro value; null where Debezium sends null (NaN in a numeric).</param>
/// <param name="Zero">What stands in a NOT NULL column that has no value to show and no default (a delete's before).</param>
/// <param name="Unavailable">The placeholder of an unchanged TOAST value; null where the type has none.</param>
internal sealed record ColumnType(AvroType Avro, Func<string, object?> Parse, object Zero, object? Unavailable = null);
