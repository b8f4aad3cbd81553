using System.Text.RegularExpressions;

namespace CdcStripeSync.EndToEnd.Tests.House;

/// <summary>What docs/architecture.md says about tests is true.</summary>
public sealed partial class ArchitectureTests
{
    [Fact]
    public void EveryTestThatItNames_Exists()
    {
        var document = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "architecture.md"));
        var source = string.Join('\n', Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

        var named = TestName().Matches(document).Select(m => m.Groups[1].Value).ToList();

        Assert.True(named.Count >= 14, $"the table of invariants names only {named.Count} tests");
        Assert.All(named, name => Assert.Contains($" {name}(", source, StringComparison.Ordinal));
    }

    [GeneratedRegex("`([A-Z][A-Za-z0-9]+_[A-Za-z0-9_]+)`")]
    private static partial Regex TestName();
}
