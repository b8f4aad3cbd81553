namespace CdcStripeSync.Core.Mapping;

/// <summary>Who decides a field's value.</summary>
public enum Owner
{
    /// <summary>The database: a difference is corrected in Stripe.</summary>
    Source,
    /// <summary>Stripe: the field never leaves the database.</summary>
    Stripe,
    /// <summary>The database when the object is created, Stripe from then on.</summary>
    SourceOnCreate,
    /// <summary>Both; a <see cref="ConflictPolicy"/> decides.</summary>
    Shared,
}
