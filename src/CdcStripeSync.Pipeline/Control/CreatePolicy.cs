namespace CdcStripeSync.Pipeline.Control;

/// <summary>What a row without an object may do.</summary>
public enum CreatePolicy
{
    /// <summary>Create it.</summary>
    Free,
    /// <summary>The account holds objects that are not ours: link those that an operator lets it adopt, create only when told.</summary>
    Ask,
}
