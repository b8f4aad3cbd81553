namespace CdcStripeSync.Core.State;

/// <summary>Where an entity stands in its life on Stripe's side.</summary>
public enum EntityPhase
{
    /// <summary>No Stripe object yet in this generation (nothing created, or an intent is open).</summary>
    Absent = 0,
    /// <summary>Linked to a current Stripe object.</summary>
    Linked,
    /// <summary>The row is gone or its <c>exists_when</c> is false; our archive stands on the object.</summary>
    Archived,
    /// <summary>The row is gone and the object was deleted in Stripe (or never existed): a tombstone that keeps positions.</summary>
    Deleted,
    /// <summary>The row is gone; the object was kept as <c>on_delete: keep</c> says.</summary>
    Kept,
    /// <summary>The row moved to another key: a retired key that remembers its positions.</summary>
    Renamed,
}
