namespace CdcStripeSync.CrashTest.Model;

/// <summary>A row at one time of its life.</summary>
/// <param name="Number">The change that made it so.</param>
/// <param name="Row">Null while it is gone.</param>
/// <param name="Words">What Stripe is to show; only <c>active</c> while the row is gone or hidden, nothing for a customer then.</param>
internal sealed record RowVersion(int Number, IReadOnlyDictionary<string, object?>? Row, bool IsSold, IReadOnlyDictionary<string, string?> Words);
