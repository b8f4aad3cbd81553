namespace CdcStripeSync.Core.Mapping;

/// <summary>MAPPING's <c>gt ge lt le eq ne in</c>.</summary>
public enum ComparisonOperator
{
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
    In,
}
