using CdcStripeSync.Core.Planning;

namespace CdcStripeSync.Pipeline.Claims;

/// <summary>The values that only one object can hold.</summary>
public static class ClaimKinds
{
    public const string LookupKey = "lookup_key";

    /// <summary>A product's default price; the claim's value is the product's Stripe id, which stays when its row's key changes.</summary>
    public const string DefaultPrice = "default_price";

    /// <summary>Where Base says that the row's object holds the value.</summary>
    public static string FieldOf(string kind) => kind == DefaultPrice ? Planner.DefaultMark : kind;
}
