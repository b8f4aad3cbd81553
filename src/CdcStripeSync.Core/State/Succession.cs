namespace CdcStripeSync.Core.State;

/// <summary>An immutable field changed: a new object takes the place of the old one, step by step, each resumable.</summary>
/// <param name="OldId">The predecessor, noted before anything is sent.</param>
/// <param name="NewId">The successor once created.</param>
/// <param name="OldWasDefault">The predecessor was its product's default price as Stripe showed it.</param>
/// <param name="DefaultMoved">The product's default points to the successor (or need not).</param>
public sealed record Succession(string OldId, string? NewId, bool OldWasDefault, bool DefaultMoved);
