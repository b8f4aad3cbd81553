namespace CdcStripeSync.Pipeline.Control;

/// <summary>What a row without an object may do.</summary>
public enum CreatePolicy
{
    /// <summary>Create it.</summary>
    Free,
    /// <summary>The store may have forgotten objects of ours: look for the row's before creating one.</summary>
    LookFirst,
    /// <summary>The account holds objects that are not ours: link those that an operator lets it adopt, create only when told.</summary>
    Ask,
}
