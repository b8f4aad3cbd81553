using System.Text.RegularExpressions;

namespace CdcStripeSync.DevStack.Connector;

/// <summary>Replaces <c>${env:NAME}</c> by the variable's value, as Kafka Connect's EnvVarConfigProvider does.</summary>
/// <remarks>Connect takes a missing variable's reference literally (recorded: connect-rest/secrets-transcript.json); here it is an error.</remarks>
public sealed partial class EnvironmentReferences(Func<string, string?> variable)
{
    public string Resolve(string text, List<string> missing) => Reference().Replace(text, match =>
    {
        var name = match.Groups[1].Value;
        var value = variable(name);
        if (value is null)
            missing.Add(name);
        return value ?? match.Value;
    });

    [GeneratedRegex(@"\$\{env:([^}]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
