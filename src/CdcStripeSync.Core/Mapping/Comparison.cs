using System.Collections.Immutable;
using CdcStripeSync.Core.Mapping.Evaluation;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping;

/// <summary>Tests of one value, all of which must hold: <c>{ gt: 0, le: 10 }</c>.</summary>
public sealed record Comparison(ImmutableArray<ComparisonTest> Tests)
{
    public static Comparison EqualTo(FieldValue literal) => new([new ComparisonTest(ComparisonOperator.Eq, [literal])]);

    public ComparisonResult Of(ColumnValue value)
    {
        if (value.IsUnavailable) return ComparisonResult.Unknown;
        value = JsonSteps.Scalar(value);
        var result = ComparisonResult.True;
        foreach (var test in Tests)
        {
            switch (test.Of(value))
            {
                case ComparisonResult.Incomparable: return ComparisonResult.Incomparable;
                case ComparisonResult.False: result = ComparisonResult.False; break;
                case ComparisonResult.Unknown: return ComparisonResult.Unknown;
                case ComparisonResult.True: break;
            }
        }

        return result;
    }

    public override string ToString() => string.Join(" and ", Tests.Select(t => t.ToString()).Order(StringComparer.Ordinal));
}
