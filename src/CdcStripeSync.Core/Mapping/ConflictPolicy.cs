namespace CdcStripeSync.Core.Mapping;

/// <summary>What happens to a shared field that changed on both sides.</summary>
public enum ConflictPolicy
{
    SourceWins,
    StripeWins,
    /// <summary>The later change; a side whose change has no time asks.</summary>
    Newest,
    /// <summary>A person decides.</summary>
    Ask,
}
