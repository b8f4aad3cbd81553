namespace CdcStripeSync.Stripe.Tests.Doubles;

internal sealed record SeenRequest(string Method, string Target, string Body, IReadOnlyDictionary<string, string> Headers);
