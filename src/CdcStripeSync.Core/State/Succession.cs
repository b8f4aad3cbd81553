namespace CdcStripeSync.Core.State;

/// <summary>An immutable field changed: a new object takes the place of the old one, step by step, each resumable.</summary>
/// <param name="OldId">The predecessor, noted before anything is sent.</param>
/// <param name="DefaultMoved">The product's default points to the successor (or need not).</param>
public sealed record Succession(string OldId, bool DefaultMoved);
