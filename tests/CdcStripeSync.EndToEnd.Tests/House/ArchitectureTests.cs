using System.Text.RegularExpressions;

namespace CdcStripeSync.EndToEnd.Tests.House;

/// <summary>What the documents say about tests is true.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly Lazy<(HashSet<string> Tests, HashSet<string> Classes)> Source = new(Read);

    [Theory]
    [InlineData("architecture.md", 60)]
    [InlineData("reliability.md", 100)]
    [InlineData("decoding.md", 4)]
    public void EveryTestThatItNames_Exists(string document, int atLeast)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", document));
        var tests = NamesOf(TestName(), text);
        var classes = NamesOf(ClassName(), text);

        Assert.True(tests.Count + classes.Count >= atLeast, $"{document} names only {tests.Count} tests and {classes.Count} classes of them");
        Assert.Empty(tests.Except(Source.Value.Tests));
        Assert.Empty(classes.Except(Source.Value.Classes));
    }

    private static (HashSet<string> Tests, HashSet<string> Classes) Read()
    {
        var source = string.Join('\n', Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        return (NamesOf(Test(), source), NamesOf(Class(), source));
    }

    private static HashSet<string> NamesOf(Regex pattern, string text) => [.. pattern.Matches(text).Select(m => m.Groups[1].Value)];

    [GeneratedRegex("`([A-Z][A-Za-z0-9]+_[A-Za-z0-9_]+)`")]
    private static partial Regex TestName();

    [GeneratedRegex("`([A-Z][A-Za-z0-9]+Tests)`")]
    private static partial Regex ClassName();

    /// <summary>A method that is run as a test.</summary>
    [GeneratedRegex(@"\[(?:Fact|Theory)\].*?\bpublic (?:async Task|Task|void) (\w+)\(", RegexOptions.Singleline)]
    private static partial Regex Test();

    [GeneratedRegex(@"\bclass (\w+Tests)\b")]
    private static partial Regex Class();
}
