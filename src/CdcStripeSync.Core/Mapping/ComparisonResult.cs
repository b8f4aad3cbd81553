namespace CdcStripeSync.Core.Mapping;

/// <summary>What a test of a column's value says.</summary>
public enum ComparisonResult
{
    False,
    True,
    /// <summary>The column's value is not known.</summary>
    Unknown,
    /// <summary>The value and the literal have no common order or equality (<c>abc</c> against 5).</summary>
    Incomparable,
}
