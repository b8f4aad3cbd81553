namespace CdcStripeSync.Simulation.Running;

/// <summary>How one history ended.</summary>
/// <param name="Failure">Null where everything held.</param>
/// <param name="Invariant">Of a failure: which invariant, in few words.</param>
/// <param name="Digest">The same for the same seed, always.</param>
internal sealed record SimulationResult(ulong Seed, string? Invariant, string? Failure, Tally Tally, long Steps, ulong Digest);
