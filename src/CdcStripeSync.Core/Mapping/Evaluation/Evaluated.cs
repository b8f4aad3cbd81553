using System.Collections.Immutable;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping.Evaluation;

/// <summary>What a rule makes of a row: a value, a problem, or columns that it would need to know. A closed set.</summary>
internal abstract record Evaluated
{
    private Evaluated()
    {
    }

    public sealed record Known(ColumnValue Value) : Evaluated;

    public sealed record Wrong(string Message, string Hint) : Evaluated;

    public sealed record Unknown(ImmutableArray<string> Columns) : Evaluated;

    public static Evaluated Of(ColumnValue value) => new Known(value);
}
