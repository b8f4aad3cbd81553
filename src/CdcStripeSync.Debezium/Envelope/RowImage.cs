using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Columns;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>An envelope's <c>before</c> or <c>after</c>.</summary>
/// <param name="IsWhole">A column that may be null, and has no default to be invented from, holds a value: the image is the true row
/// (REPLICA IDENTITY FULL). False proves nothing.</param>
/// <param name="TypeOf">What its schema says of a column, while the record is being read.</param>
internal sealed record RowImage(Row Row, bool IsWhole, Func<string, FieldType> TypeOf);
