using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Idempotency;

/// <summary>A stored answer and the request that first got it.</summary>
internal readonly record struct Replay(Reply Reply, string OriginalRequestId);
