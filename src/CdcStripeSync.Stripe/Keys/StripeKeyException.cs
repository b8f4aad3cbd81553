namespace CdcStripeSync.Stripe.Keys;

/// <summary>A key that is not used here; <see cref="Hint"/> says what to do. Never carries the key.</summary>
public sealed class StripeKeyException(string message, string hint) : Exception(message)
{
    public string Hint { get; } = hint;
}
