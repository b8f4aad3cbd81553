namespace CdcStripeSync.Core.Mapping;

/// <summary>When a changed mapping touches the objects that exist.</summary>
public enum Rollout
{
    /// <summary>When an object's row changes next.</summary>
    OnChange,
    /// <summary>At once, through the backfill lane.</summary>
    Now,
}
