using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Ports;

/// <summary>A row's step that would count against the breadth limit.</summary>
/// <param name="Approved">It may pass beyond the limit, and counts all the same.</param>
public readonly record struct BreadthAsk(EntityKey Entity, bool Approved);
