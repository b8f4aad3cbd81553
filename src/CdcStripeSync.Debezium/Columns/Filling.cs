using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Debezium.Columns;

/// <summary>What a connector fills a column with whose value the source's log does not tell (PostgreSQL's REPLICA IDENTITY DEFAULT): null where the
/// schema has it, else the column's default, else a zero of its type. The default of this type is that of a column without a schema: anything.</summary>
/// <remarks>Source: Debezium's JdbcValueConverters.convertValue, PostgresValueConverter for the zeros, and MaskStrings. Connect's converters write an
/// optional field's default for null.</remarks>
internal readonly record struct Filling
{
    /// <summary>The schema parameter of a column that is masked (<c>column.mask.with.…</c>, <c>column.mask.hash.…</c>): it holds the mask whatever it was filled with.</summary>
    public const string Masked = "masked";

    private const string OfTime = "io.debezium.time.";

    private readonly bool _isZero;
    private readonly string? _default;

    private Filling(bool isNull, bool isZero, string? given) => (IsNull, _isZero, _default) = (isNull, isZero, given);

    /// <summary>Nothing but null: the column may be null, and has no default.</summary>
    public bool IsNull { get; }

    /// <param name="given">The default in the schema as text; null where it has none.</param>
    /// <param name="semanticType">Of times, which have zeros of many forms, little is known.</param>
    public static Filling Of(bool isOptional, string? given, string? semanticType)
    {
        var isNull = isOptional && given is null;
        return new Filling(isNull, !isNull && semanticType?.StartsWith(OfTime, StringComparison.Ordinal) != true, given);
    }

    /// <summary>Whether a value can only be the row's own. False also for kinds that hardly a key is made of: what they are filled with is not looked into.</summary>
    public bool IsNot(ColumnValue value) => value.HasValue && (IsNull || (_isZero && !IsZero(value) && value.Kind switch
    {
        ColumnKind.Integer => value.ToText() != _default,
        ColumnKind.Decimal => _default is null, // a schema has it in bytes
        ColumnKind.Text => value.AsText != _default && !(ExactDecimal.TryParse(value.AsText, out var number) && number.Sign == 0), // a number under decimal.handling.mode=string
        _ => false,
    }));

    /// <summary>The zero of its type, which a column that may not be null is filled with where it has no default.</summary>
    public static bool IsZero(ColumnValue value) => value.Kind switch
    {
        ColumnKind.Text => value.AsText.Length == 0,
        ColumnKind.Integer => value.AsInteger == 0,
        ColumnKind.Decimal => value.AsDecimal.Sign == 0,
        ColumnKind.Date => value.AsDays == 0,
        _ => false,
    };
}
