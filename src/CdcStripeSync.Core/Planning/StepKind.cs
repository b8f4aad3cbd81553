namespace CdcStripeSync.Core.Planning;

/// <summary>What one step does in Stripe.</summary>
public enum StepKind
{
    Create,
    /// <summary>The new object that takes an old one's place, because an immutable field changed.</summary>
    CreateSuccessor,
    Update,
    /// <summary>Points the parent's default price here.</summary>
    SetDefault,
    /// <summary>Leaves the parent without a default price.</summary>
    UnsetDefault,
    Archive,
    ArchivePredecessor,
    /// <summary>Active again, and brought up to date in the same request.</summary>
    Restore,
    Delete,
}
