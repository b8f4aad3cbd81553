namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Whether a row's object stands in the account already.</summary>
/// <param name="Id">The object's id, or null where there is none.</param>
/// <param name="Conflict">Why it cannot be told or taken, or null.</param>
internal readonly record struct ExistingMatch(string? Id, string? Conflict)
{
    public static ExistingMatch None => default;
}
