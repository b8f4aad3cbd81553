namespace CdcStripeSync.Core.Mapping;

/// <summary>What tells a resource's rows, and the objects that they have, apart. Links are kept under it: were it another, every row would look new.</summary>
/// <param name="Resource"><see cref="ResourceMap.Name"/>.</param>
/// <param name="From">The table, or the pattern of tables.</param>
/// <param name="Key">The key columns, in order, with commas between.</param>
/// <param name="StripeId">The template of the object's id; empty where Stripe chooses it.</param>
public sealed record RowIdentity(string Resource, string From, string Key, string StripeId)
{
    public static RowIdentity Of(ResourceMap map) => new(map.Name, map.From.ToString(), string.Join(",", map.KeyColumns), map.StripeIdTemplate?.ToString() ?? "");

    /// <summary>The first part that differs, as the mapping says it here and there; null where none does.</summary>
    public (string Setting, string Here, string There)? DifferenceFrom(RowIdentity other) =>
        From != other.From ? ("from", From, other.From)
        : Key != other.Key ? ("key", Key, other.Key)
        : StripeId != other.StripeId ? ("stripe_id", StripeId, other.StripeId)
        : null;
}
