namespace CdcStripeSync.CrashTest.Running;

/// <summary>Numbers that follow from a seed alone (SplitMix64).</summary>
internal sealed class Chance(ulong seed)
{
    private ulong _drawn;

    /// <summary>Another stream of numbers: what draws from one does not move the other.</summary>
    public Chance Fork(ulong name) => new(Mix(seed ^ (name * 0x9E3779B97F4A7C15)));

    /// <summary>Both ends inclusive.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    public bool In(int percent) => Below(100) < percent;

    public T Of<T>(params IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    /// <summary>0 (inclusive) to <paramref name="below"/> (exclusive).</summary>
    public int Below(int below) => (int)(((Next() >> 32) * (ulong)below) >> 32);

    private ulong Next() => Mix(seed + (++_drawn * 0x9E3779B97F4A7C15));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
