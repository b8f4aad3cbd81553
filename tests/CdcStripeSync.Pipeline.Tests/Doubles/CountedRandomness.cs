using System.Globalization;

namespace CdcStripeSync.Pipeline.Tests.Doubles;

/// <summary>Ids that count up, no jitter.</summary>
internal sealed class CountedRandomness : IRandomness
{
    private int _ids;

    public double NextFraction() => 0.5;

    public string NextId() => (++_ids).ToString("D24", CultureInfo.InvariantCulture);
}
