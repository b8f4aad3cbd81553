namespace CdcStripeSync.Core.Planning;

/// <summary>As what a step counts against the mapping's breadth limit.</summary>
public enum BreadthKind
{
    None,
    Create,
    Archive,
    Delete,
    /// <summary>A new object for a row whose earlier object was deleted.</summary>
    Recreate,
    PriceChange,
}
