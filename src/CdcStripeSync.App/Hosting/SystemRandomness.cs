using System.Security.Cryptography;
using CdcStripeSync.Pipeline;

namespace CdcStripeSync.App.Hosting;

/// <summary>Real randomness.</summary>
internal sealed class SystemRandomness : IRandomness
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789";

    public double NextFraction() => Random.Shared.NextDouble();

    public string NextId() => RandomNumberGenerator.GetString(Letters, 24);
}
