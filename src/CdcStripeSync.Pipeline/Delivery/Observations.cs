using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>What Stripe showed while an entity was planned; forgotten with each step that changes it.</summary>
internal sealed class Observations
{
    public FieldValue.Object? Own { get; set; }

    public FieldValue.Object? Parent { get; set; }

    public bool DeleteRefused { get; set; }

    /// <summary>Plans that Stripe answered with "not as things stand", in a row.</summary>
    public int Replans { get; set; }

    public void Forget()
    {
        Own = null;
        Parent = null;
    }
}
