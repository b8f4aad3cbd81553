namespace CdcStripeSync.Core.Mapping;

/// <summary>What happens to a field in Stripe when its rule is removed from the mapping.</summary>
public enum OnUnmap
{
    Leave,
    Clear,
}
