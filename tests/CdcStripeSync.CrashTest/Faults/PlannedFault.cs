namespace CdcStripeSync.CrashTest.Faults;

/// <summary>Something that is to go wrong.</summary>
/// <param name="At">Since the feeding began.</param>
internal sealed record PlannedFault(TimeSpan At, string What, Func<FaultHands, Task> Do);
