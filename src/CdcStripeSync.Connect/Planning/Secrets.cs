using System.Text.RegularExpressions;

namespace CdcStripeSync.Connect.Planning;

/// <summary>Which options hold secrets, and how their values may be shown.</summary>
public static partial class Secrets
{
    public const string Mask = "****";

    /// <summary>A value as a person may see it: references and everything that is no secret as they are.</summary>
    public static string Show(string option, string value)
    {
        if (IsSecret(option) && !IsReference(value)) return value.Length == 0 ? "" : Mask;
        return UserInfo().Replace(JaasPassword().Replace(value, "$1" + Mask), "$1" + Mask + "@");
    }

    public static bool IsSecret(string option) => SecretName().IsMatch(option) && !NoSecret().IsMatch(option);

    /// <summary>The value is one reference to a Connect config provider and nothing else: <c>${env:NAME}</c>, <c>${file:/run/secrets/db:password}</c>.</summary>
    public static bool IsReference(string value) => WholeReference().IsMatch(value);

    /// <summary>The references in a text.</summary>
    public static IEnumerable<string> References(string value) => Reference().Matches(value).Select(m => m.Value);

    [GeneratedRegex("password|secret|token|jaas|credential|passphrase|user[.]info|api[._-]?key|private[._-]?key|access[._-]?key|[.]salt[.]|keystore[.]key$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();

    /// <summary>Options that are named after secrets and hold none: where they come from, which class reads them.</summary>
    [GeneratedRegex("(endpoint[.]url|[.]location|[.]path|[.]source|[.]class|[.]provider|[.]algorithm|[.]type|sslkey)$|^message[.]key", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NoSecret();

    [GeneratedRegex(@"^\$\{[A-Za-z0-9_-]+:[^}]+\}$", RegexOptions.CultureInvariant)]
    private static partial Regex WholeReference();

    [GeneratedRegex(@"\$\{[A-Za-z0-9_-]+:[^}]+\}", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    [GeneratedRegex("(://)[^/@\\s]+@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();

    [GeneratedRegex("(password\\s*=\\s*)(?:\"[^\"]*\"|'[^']*'|[^\\s;&]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex JaasPassword();
}
