namespace CdcStripeSync.Core.Tests.Planning;

/// <summary>Stripe would answer 400 with this message.</summary>
internal sealed class StripeRefusedException(string message) : Exception(message);
