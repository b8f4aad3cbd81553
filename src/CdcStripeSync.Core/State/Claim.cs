namespace CdcStripeSync.Core.State;

/// <summary>A row's claim to a value that only one object can hold; the newest claimant writes it.</summary>
/// <param name="Kind"><c>lookup_key</c>, <c>default_price</c>, <c>code</c>.</param>
/// <param name="Value">The lookup key's text; for a default price the parent's Stripe id.</param>
/// <param name="Claimant">The row that claims it.</param>
/// <param name="At">The position at which it began to claim; epoch -1 for a claim that was given up while the object may still hold the value.</param>
public sealed record Claim(string Kind, string Value, EntityKey Claimant, StreamPosition At)
{
    /// <summary>Whether dropping this claim drops the one that stands for its row and value: one that was made anew meanwhile stays.</summary>
    public bool Drops(Claim standing) => standing.At.Epoch < 0 || (standing.At.Epoch == At.Epoch && standing.At.Position == At.Position);
}
