using System.Text.RegularExpressions;

namespace CdcStripeSync.Connect.Tests.Double;

/// <summary>One request and what a real worker answered.</summary>
internal sealed partial record Exchange(string Note, string Method, string Path, string? Request, int Status, string? Response)
{
    /// <summary>The same exchange about a connector of another name; prefix, slot and publication follow it.</summary>
    public Exchange Renamed(string name)
    {
        if (Path.StartsWith("/connector-plugins", StringComparison.Ordinal)) return this;
        return this with { Path = In(Path), Request = Request is null ? null : In(Request), Response = Response is null ? null : In(Response) };

        string In(string text) => Name().Replace(text, m => name + m.Groups[1].Value);
    }

    [GeneratedRegex(@"(?<![A-Za-z])rest([234]?)(?![A-Za-z0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
