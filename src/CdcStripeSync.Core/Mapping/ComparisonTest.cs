using System.Collections.Immutable;
using System.Globalization;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping;

/// <summary>One operator with its literal, or literals for <see cref="ComparisonOperator.In"/>.</summary>
/// <remarks>Null equals only null, is different from everything else, and is neither more nor less than anything.</remarks>
public sealed record ComparisonTest(ComparisonOperator Operator, ImmutableArray<FieldValue> Literals)
{
    /// <param name="value">A known value.</param>
    public ComparisonResult Of(ColumnValue value)
    {
        switch (Operator)
        {
            case ComparisonOperator.In:
                var results = Literals.Select(l => Same(value, l)).ToList();
                if (results.Contains(true)) return ComparisonResult.True;
                return results.All(r => r is null) ? ComparisonResult.Incomparable : ComparisonResult.False;
            case ComparisonOperator.Eq:
                return Result(Same(value, Literals[0]));
            case ComparisonOperator.Ne:
                return Result(!Same(value, Literals[0]));
        }

        if (value.IsNull) return ComparisonResult.False;
        if (LiteralOrder.Compare(value, Literals[0]) is not { } order) return ComparisonResult.Incomparable;
        return Result(Operator switch
        {
            ComparisonOperator.Gt => order > 0,
            ComparisonOperator.Ge => order >= 0,
            ComparisonOperator.Lt => order < 0,
            ComparisonOperator.Le => order <= 0,
            ComparisonOperator.Eq or ComparisonOperator.Ne or ComparisonOperator.In => throw new InvalidOperationException("decided above"),
            _ => throw new InvalidOperationException($"{Operator} is no comparison"),
        });
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Operator} {string.Join("|", Literals.Select(FieldValueJson.ToJson).Order(StringComparer.Ordinal))}");

    private static bool? Same(ColumnValue value, FieldValue literal)
    {
        if (value.IsNull || literal.IsNone) return value.IsNull && literal.IsNone;
        return LiteralOrder.Compare(value, literal) is { } order ? order == 0 : null;
    }

    private static ComparisonResult Result(bool? holds) => holds switch
    {
        true => ComparisonResult.True,
        false => ComparisonResult.False,
        null => ComparisonResult.Incomparable,
    };
}
