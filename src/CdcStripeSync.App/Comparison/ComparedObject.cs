using CdcStripeSync.Core.Values;

namespace CdcStripeSync.App.Comparison;

/// <summary>One row beside its Stripe object, both read afresh.</summary>
/// <param name="Resource">The resource map's name.</param>
/// <param name="Row">Its identity: <c>public.products/1</c>.</param>
/// <param name="StripeId">The current object's id, or null where there is none.</param>
/// <param name="Expected">What the row says, in words: a name or an amount, or that it should not be sold.</param>
/// <param name="Observed">The same of the object.</param>
/// <param name="Differences">Empty where they agree.</param>
internal sealed record ComparedObject(
    string Resource, string Row, string? StripeId, string Expected, string Observed, IReadOnlyList<string> Differences, FieldValue.Object? Object);
