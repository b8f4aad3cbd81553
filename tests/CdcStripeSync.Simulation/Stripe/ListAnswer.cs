using System.Collections.Immutable;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Simulation.Stripe;

/// <summary>A page of a list.</summary>
internal static class ListAnswer
{
    public static StripeOutcome.Success Of(IEnumerable<FieldValue.Object> items, bool hasMore) => new(
        new FieldValue.Object(ImmutableSortedDictionary.CreateRange<string, FieldValue>(
            StringComparer.Ordinal,
            [
                KeyValuePair.Create<string, FieldValue>("data", new FieldValue.List([.. items])),
                KeyValuePair.Create("has_more", FieldValue.Of(hasMore)),
            ])),
        "req", false);
}
