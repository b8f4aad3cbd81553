using System.Collections.Immutable;

namespace CdcStripeSync.Connect.Desired;

/// <summary>A connector as the repository wants it.</summary>
/// <param name="File">Where it is written.</param>
/// <param name="Config">Flat, without <c>name</c>; secrets as references.</param>
public sealed record DesiredConnector(string Name, string File, ImmutableSortedDictionary<string, string> Config)
{
    public string? Option(string name) => Config.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
}
