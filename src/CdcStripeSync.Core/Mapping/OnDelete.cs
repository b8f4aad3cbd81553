namespace CdcStripeSync.Core.Mapping;

/// <summary>What happens to the object of a row that is gone.</summary>
public enum OnDelete
{
    /// <summary>Taken out of use: <c>active=false</c>, or a meter's <c>deactivate</c>.</summary>
    Archive,
    /// <summary>Deleted, permanently.</summary>
    Delete,
    /// <summary>Nothing.</summary>
    Keep,
}
