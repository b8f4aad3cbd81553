namespace CdcStripeSync.Core.Planning;

/// <summary>What the claims say of the values that only one object can hold.</summary>
/// <param name="LookupKeyWon">This row is the newest claimant of its lookup key (also where it claims none).</param>
/// <param name="LookupKeyTransfer">Another of our objects may hold that key: it is moved, not set.</param>
/// <param name="DefaultWon">This row is the newest claimant of its parent's default price.</param>
/// <param name="OtherDefaultClaimant">Another row claims it.</param>
public readonly record struct ClaimVerdict(bool LookupKeyWon, bool LookupKeyTransfer, bool DefaultWon, bool OtherDefaultClaimant)
{
    public static ClaimVerdict Alone { get; } = new(true, false, true, false);
}
