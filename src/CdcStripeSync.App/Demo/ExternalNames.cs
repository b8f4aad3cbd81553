using System.Globalization;
using System.Security.Cryptography;

namespace CdcStripeSync.App.Demo;

/// <summary>What one external demonstration calls its things, so that it meets nobody else's.</summary>
/// <param name="Run"><c>cdcdemo_1a2b3c</c>: schema, topic prefix, slot, publication and consumer group.</param>
internal sealed record ExternalNames(string Run)
{
    public string Connector => Run.Replace('_', '-');

    public string StateSchema => $"{Run}_state";

    public static ExternalNames New() => new($"cdcdemo_{RandomNumberGenerator.GetInt32(0x1000000).ToString("x6", CultureInfo.InvariantCulture)}");

    /// <summary>A topic of this run, heartbeats included.</summary>
    public bool Owns(string topic) => topic.StartsWith(Run + ".", StringComparison.Ordinal) || topic.EndsWith("." + Run, StringComparison.Ordinal);
}
