using CdcStripeSync.Core.State;

namespace CdcStripeSync.Pipeline.Ports;

/// <param name="Passed">How many steps of the resource and kind count within the window, those that passed just now among them.</param>
/// <param name="Held">Those of the asked that may not pass.</param>
public sealed record BreadthAnswer(long Passed, IReadOnlySet<EntityKey> Held);
