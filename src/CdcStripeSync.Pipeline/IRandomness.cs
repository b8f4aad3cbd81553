namespace CdcStripeSync.Pipeline;

/// <summary>Where jitter and ids come from; a simulation seeds it.</summary>
public interface IRandomness
{
    /// <summary>0 (inclusive) to 1 (exclusive).</summary>
    double NextFraction();

    /// <summary>An id that never repeats: 24 letters and digits.</summary>
    string NextId();
}
