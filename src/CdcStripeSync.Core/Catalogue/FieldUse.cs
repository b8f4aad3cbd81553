namespace CdcStripeSync.Core.Catalogue;

/// <summary>In which request a field is looked for.</summary>
public enum FieldUse
{
    Create,
    Update,
    /// <summary>In any of the two.</summary>
    Either,
}
