namespace CdcStripeSync.Benchmarks;

/// <summary>One of those that are measured beside each other.</summary>
/// <param name="Prepare">Before each round, not measured.</param>
/// <param name="Next">Prepares the round's next part, which is not measured either, and gives what is: it returns how many values it took; null where the round has no more parts.</param>
internal sealed record Contestant(Action Prepare, Func<int, Func<long>?> Next)
{
    /// <summary>In one part.</summary>
    public static Contestant Whole(Action prepare, Func<long> run) => new(prepare, part => part == 0 ? run : null);
}
