namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Stripe will not list a resource's objects: what the account holds cannot be told.</summary>
internal sealed class ListRefusedException(string message, string hint) : Exception(message)
{
    public string Hint { get; } = hint;
}
