using System.Globalization;
using CdcStripeSync.Pipeline;
using CdcStripeSync.Simulation.Scheduling;

namespace CdcStripeSync.Simulation.Running;

/// <summary>The pipeline's randomness, from the seed.</summary>
internal sealed class ChanceRandomness(Chance chance) : IRandomness
{
    public double NextFraction() => chance.Fraction();

    public string NextId() => string.Create(CultureInfo.InvariantCulture, $"{chance.Next():x16}{(uint)chance.Next():x8}");
}
