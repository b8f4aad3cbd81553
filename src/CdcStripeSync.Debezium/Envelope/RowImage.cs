using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Columns;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>An envelope's <c>before</c> or <c>after</c>, or a bare row.</summary>
/// <param name="TypeOf">What its schema says of a column, while the record is being read.</param>
internal sealed record RowImage(Row Row, Func<string, FieldType> TypeOf)
{
    /// <summary>A column that may be null, and has no default to be filled with, holds a value: the image is the true row (REPLICA IDENTITY FULL).
    /// False proves nothing.</summary>
    public bool IsWhole => Row.Any(c => c.Value.HasValue && TypeOf(c.Key).Filling.IsNull);

    /// <summary>The column holds what it would not be filled with: it is the row's own, whatever the others are. False proves nothing.</summary>
    public bool Tells(string column) => TypeOf(column).Filling.IsNot(Row[column]);

    /// <summary>The same with what the record's key has of the row besides: <c>column.exclude.list</c> takes a key's column out of the row alone.</summary>
    public RowImage With(Row key)
    {
        foreach (var (column, _) in key)
        {
            if (!Row.Has(column)) return this with { Row = Row.Of(Row.Concat(key.Where(c => !Row.Has(c.Key)))) };
        }

        return this;
    }
}
