namespace CdcStripeSync.Core.Mapping;

/// <summary>What a field's null does to an object that exists. At creation a null is left out.</summary>
public enum OnNull
{
    /// <summary>The field is cleared; where Stripe cannot clear it, the row is held with a reason.</summary>
    Clear,
    /// <summary>Stripe's value stays.</summary>
    Leave,
}
