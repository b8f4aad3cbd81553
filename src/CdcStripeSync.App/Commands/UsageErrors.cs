using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;

namespace CdcStripeSync.App.Commands;

/// <summary>What is wrong with a command line, a line each, and where to look it up.</summary>
internal static partial class UsageErrors
{
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        var path = new List<string>();
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult command; at = at.Parent) path.Insert(0, command.IdentifierToken.Value);
        path[0] = "cdc-stripe"; // the root's own token is the program's path
        return [.. parsed.Errors.Select(e => "cdc-stripe: " + Line(e.Message)).Distinct(), $"  hint: {string.Join(' ', path)} --help"];
    }

    /// <summary>A filter without a text would select everything: a shell's variable that is not set.</summary>
    public static void RefuseEmpty(params Option<string?>[] options)
    {
        foreach (var option in options)
        {
            option.Validators.Add(result =>
            {
                if (result.Tokens is [{ Value: "" }]) result.AddError($"{option.Name} is given without a text; leave it out, or say what it selects");
            });
        }
    }

    /// <summary>An option that the command would not look at: who gives it expects something of it.</summary>
    /// <param name="why">When it does nothing: <c>without --dev</c>.</param>
    /// <exception cref="UserErrorException">One of them is given.</exception>
    public static void RefuseIdle(ParseResult parsed, string why, params IReadOnlyCollection<Option> options)
    {
        var given = options.Where(o => parsed.GetResult(o) is { Implicit: false }).Select(o => o.Name).ToList();
        if (given.Count > 0) throw new UserErrorException($"{string.Join(" and ", given)} would do nothing {why}", $"leave {(given.Count == 1 ? "it" : "them")} out", ExitCode.Usage);
    }

    /// <summary>A port is one of 65,536.</summary>
    public static void RefuseNoPort(Option<int> port) => port.Validators.Add(result =>
    {
        if (result.Tokens is [{ Value: var text }] && int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number is (< 0 or > 65_535))
            result.AddError($"{port.Name} {text} is no port; expected 0 to 65535");
    });

    /// <summary>The library's message in one line, without the names of its types.</summary>
    private static string Line(string message) => Spaces().Replace(ExpectedType().Replace(message, "").Replace("Did you mean one of the following?", "Expected one of:", StringComparison.Ordinal), " ").Trim();

    [GeneratedRegex(@" as expected type '[^']*'")]
    private static partial Regex ExpectedType();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
