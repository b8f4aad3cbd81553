namespace CdcStripeSync.Core.Catalogue;

/// <summary>What a Stripe parameter takes.</summary>
public enum FieldKind
{
    Boolean,
    Integer,
    /// <summary>A decimal number; Stripe may show it as text (<c>unit_amount_decimal</c>) or as a number (<c>percentage</c>).</summary>
    Decimal,
    Text,
    List,
    /// <summary>Named members.</summary>
    Object,
    /// <summary>Free keys (<c>metadata</c>, <c>currency_options</c>).</summary>
    Map,
}
