using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>An effect that the breadth limit let pass, and that the audit need not have yet.</summary>
/// <param name="Kind">The audit's word for it (see <see cref="AuditEntry.Kind"/>).</param>
/// <param name="Since">When it was let pass: its audit entry is no older.</param>
public readonly record struct EffectUnderWay(EntityKey Entity, string Kind, DateTimeOffset Since);
