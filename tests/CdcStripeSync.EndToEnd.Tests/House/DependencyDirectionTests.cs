using System.Xml.Linq;

namespace CdcStripeSync.EndToEnd.Tests.House;

/// <summary>The folder listing is the path a change takes; dependencies point downwards in it only.</summary>
public sealed class DependencyDirectionTests
{
    private static readonly string[] FromTheTop =
        ["App", "DevStack", "Simulator", "Connect", "Kafka", "Stripe", "Postgres", "Debezium", "Pipeline", "Core"];

    /// <summary>Adapters never know one another: only App and DevStack see several.</summary>
    private static readonly string[] Adapters = ["Connect", "Kafka", "Stripe", "Postgres", "Debezium"];

    [Fact]
    public void Projects_AllOfThem_StandInTheList()
    {
        var folders = Directory.GetDirectories(Path.Combine(RepositoryRoot.Path, "src")).Select(f => Path.GetFileName(f)!.Replace("CdcStripeSync.", "", StringComparison.Ordinal));
        Assert.Equal(FromTheTop.Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_ItsReferences_PointDownwardsOnly(string project)
    {
        foreach (var reference in References(project))
        {
            Assert.True(
                Array.IndexOf(FromTheTop, reference) > Array.IndexOf(FromTheTop, project),
                $"{project} references {reference}, which stands above it");
        }
    }

    [Theory]
    [MemberData(nameof(EachAdapter))]
    public void Adapter_ItsReferences_AreNoOtherAdapter(string adapter)
    {
        var references = References(adapter).ToList();
        Assert.Contains("Core", references);
        Assert.Empty(references.Intersect(Adapters));
    }

    [Fact]
    public void Core_References_Nothing() => Assert.Empty(References("Core"));

    [Theory]
    [InlineData("Core")]
    [InlineData("Pipeline")]
    public void Decisions_InTheirCode_NoClockNoThreadPoolNoIo(string project)
    {
        string[] forbidden =
        [
            "DateTime.Now", "DateTime.UtcNow", "DateTimeOffset.Now", "DateTimeOffset.UtcNow", "Task.Run(", "ThreadPool.", "ConfigureAwait(false)",
            "new HttpClient", "NpgsqlConnection", "Guid.NewGuid", "Random.Shared", "Thread.Sleep", "Stopwatch.",
        ];
        var found =
            from file in Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "src", "CdcStripeSync." + project), "*.cs", SearchOption.AllDirectories)
            where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            from line in File.ReadLines(file).Select((text, index) => (Text: text, Number: index + 1))
            where !line.Text.TrimStart().StartsWith("//", StringComparison.Ordinal)
            from word in forbidden
            where line.Text.Contains(word, StringComparison.Ordinal)
            select $"{Path.GetFileName(file)}:{line.Number} {word}";
        Assert.Empty(found);
    }

    public static TheoryData<string> Projects() => [.. FromTheTop];

    public static TheoryData<string> EachAdapter() => [.. Adapters];

    private static IEnumerable<string> References(string project)
    {
        var file = Path.Combine(RepositoryRoot.Path, "src", "CdcStripeSync." + project, $"CdcStripeSync.{project}.csproj");
        return XDocument.Load(file).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')).Replace("CdcStripeSync.", "", StringComparison.Ordinal));
    }
}
