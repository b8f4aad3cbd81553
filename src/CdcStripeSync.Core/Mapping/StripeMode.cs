namespace CdcStripeSync.Core.Mapping;

/// <summary>Which half of a Stripe account the mapping is for.</summary>
public enum StripeMode
{
    Test,
    Live,
}
