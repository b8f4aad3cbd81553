namespace CdcStripeSync.CrashTest.Faults;

/// <summary>An instance that ended, and not by a kill.</summary>
/// <param name="WasTold">SIGTERM had been sent to it.</param>
/// <param name="HadDelivered">It had written to the store or to Stripe since its start.</param>
/// <param name="WasOutage">The state store or a broker was away for it while it lived.</param>
/// <param name="Said">All that it said since its start.</param>
internal sealed record Ending(string Instance, int? Code, bool WasTold, bool HadDelivered, bool WasOutage, IReadOnlyList<string> Said)
{
    private const int Fine = 0;
    private const int Error = 1;

    /// <summary>SIGTERM before the program could listen to it: 128 + 15.</summary>
    private const int Terminated = 143;

    /// <summary>How delivery tells that it ended by an exception; <c>--verbose</c> prints it whole.</summary>
    private const string Stopped = "delivery stopped";

    /// <summary>Told to, it ends well; with an error it ends only where something is away that it needs, and by itself only while it starts.</summary>
    public bool IsExplained => (WasTold && Code is Fine or Terminated) || (Code == Error && WasOutage && (WasTold || !HadDelivered) && !Said.Any(s => s.Contains(Stopped, StringComparison.Ordinal)));

    public override string ToString() => $"{Instance} ended with code {Code}{(WasTold ? " when told to stop" : "")}{(HadDelivered ? " in the middle of its work" : "")}: {string.Join(" | ", Said.Where(s => s.Contains("cdc-stripe:", StringComparison.Ordinal) || s.Contains("Exception", StringComparison.Ordinal)).TakeLast(3))}";
}
