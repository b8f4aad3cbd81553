namespace CdcStripeSync.Core.Mapping;

/// <summary>One column's part of a <see cref="Condition"/>.</summary>
public sealed record ColumnTest(string Column, Comparison Comparison)
{
    public override string ToString() => $"{Column} {Comparison}";
}
