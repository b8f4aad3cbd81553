using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Planning;

/// <summary>One write to Stripe, not yet encoded.</summary>
/// <param name="Method"><c>POST</c> or <c>DELETE</c>.</param>
/// <param name="Path">With ids filled in.</param>
/// <param name="PathTemplate">As the budget counts it: <c>/v1/prices/{id}</c>.</param>
/// <param name="Parameters">Nested as Stripe nests them; <see cref="FieldValue.None"/> clears.</param>
public sealed record StripeCommand(string Method, string Path, string PathTemplate, FieldValue.Object Parameters);
