using System.Text.RegularExpressions;

namespace CdcStripeSync.Connect.Planning;

/// <summary>Which options hold secrets, and how their values may be shown.</summary>
public static partial class Secrets
{
    public const string Mask = "****";

    /// <summary>A value as a person may see it: references and everything that is no secret as they are.</summary>
    public static string Show(string option, string value) => IsHidden(option) && !IsReference(value) ? value.Length == 0 ? "" : Mask : Clean(value);

    /// <summary>A worker's words as a person may see them: they repeat values of configurations, whole ones even.</summary>
    public static string Clean(string text)
    {
        text = UserInfo().Replace(text, "$1" + Mask + "@");
        text = Pair().Replace(text, m => m.Groups["option"].Success && IsHidden(m.Groups["option"].Value) && !IsReference(Bare(m.Groups["value"].Value)) ? m.Groups["lead"].Value + Mask : m.Value);
        return Complaint().Replace(text, m => IsHidden(m.Groups["option"].Value) && !IsReference(m.Groups["value"].Value) ? $"Invalid value {Mask} for configuration {m.Groups["option"].Value}" : m.Value);
    }

    /// <summary>As <see cref="Clean(string)"/>, and without the secrets that this configuration holds, wherever they stand.</summary>
    public static string Clean(string text, IEnumerable<KeyValuePair<string, string>> config, IReadOnlySet<string> passwords)
    {
        // A short value could be part of any word; it is not hunted for in the text.
        foreach (var (_, value) in config.Where(o => (IsHidden(o.Key) || passwords.Contains(o.Key)) && o.Value.Length >= 4 && !References(o.Value).Any()))
            text = text.Replace(value, Mask, StringComparison.Ordinal);
        return Clean(text);
    }

    /// <summary>The option holds a secret for certain: it should stand as a reference.</summary>
    public static bool IsSecret(string option) => SecretName().IsMatch(option) && !NoSecret().IsMatch(option);

    /// <summary>The option's value is not shown: it holds a secret, or is named as if it could.</summary>
    public static bool IsHidden(string option) => IsSecret(option) || (KeyName().IsMatch(option) && !NoSecret().IsMatch(option));

    /// <summary>The value is one reference to a Connect config provider and nothing else: <c>${env:NAME}</c>, <c>${file:/run/secrets/db:password}</c>.</summary>
    public static bool IsReference(string value) => WholeReference().IsMatch(value);

    /// <summary>The references in a text.</summary>
    public static IEnumerable<string> References(string value) => Reference().Matches(value).Select(m => m.Value);

    private static string Bare(string value) => value.Trim('"', '\'');

    [GeneratedRegex("password|secret|token|jaas|credential|passphrase|passwd|user[.]info|api[._-]?key|private[._-]?key|access[._-]?key|[.]salt[.]|keystore[.]key$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();

    /// <summary>Options that are named after secrets and hold none: where they come from, which class reads them.</summary>
    [GeneratedRegex("(endpoint[.]url|[.]location|[.]path|[.]source|[.]class|[.]provider|[.]algorithm|[.]type|sslkey)$|^message[.]key", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NoSecret();

    [GeneratedRegex(@"^\$\{[A-Za-z0-9_-]+:[^}]+\}$", RegexOptions.CultureInvariant)]
    private static partial Regex WholeReference();

    [GeneratedRegex(@"\$\{[A-Za-z0-9_-]+:[^}]+\}", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    /// <summary>To the last <c>@</c>: a password may hold one.</summary>
    [GeneratedRegex("(://)[^/\\s]+@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();

    [GeneratedRegex("(^|[._-])(key|pass|passwd|pwd)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex KeyName();

    /// <summary><c>password="…"</c> in a JAAS line, <c>database.password=…</c> in a map as Java prints it, <c>"database.password": "…"</c> in JSON, <c>password=…</c> in a JDBC address; a reference is passed over whole.</summary>
    [GeneratedRegex("\\$\\{[A-Za-z0-9_-]+:[^}]+\\}|(?<lead>(?<option>[A-Za-z][A-Za-z0-9._-]*)(?:\"?\\s*=|\"\\s*:)\\s*)(?<value>\"[^\"]*\"|'[^']*'|[^\\s;&,}]+\\}?)", RegexOptions.CultureInvariant)]
    private static partial Regex Pair();

    [GeneratedRegex("Invalid value (?<value>.*?) for configuration (?<option>[A-Za-z0-9._-]+)", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Complaint();
}
