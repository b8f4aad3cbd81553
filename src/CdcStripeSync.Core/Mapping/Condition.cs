using System.Collections.Immutable;

namespace CdcStripeSync.Core.Mapping;

/// <summary>Tests of columns, all of which must hold.</summary>
public sealed record Condition(ImmutableArray<ColumnTest> Tests)
{
    public ImmutableArray<string> Columns => [.. Tests.Select(t => t.Column).Distinct(StringComparer.Ordinal)];

    public override string ToString() => string.Join(" and ", Tests.OrderBy(t => t.Column, StringComparer.Ordinal));
}
