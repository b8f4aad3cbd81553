using CdcStripeSync.Connect.Desired;

namespace CdcStripeSync.Connect.Tests.Desired;

public sealed class ConnectorFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("connectors-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Environment_OverABase_ChangesAddsAndTakesAway()
    {
        Write("shop.json", """{"connector.class": "x.PostgresConnector", "tasks.max": 1, "a": "base", "b": "base", "gone": "base"}""");
        Write("other.json", """{"connector.class": "x.PostgresConnector"}""");
        Write("environments/production.json", """{"all": {"a": "all", "b": "all"}, "connectors": {"shop": {"b": "own", "gone": null}}}""");
        var connector = Assert.Single(ConnectorFiles.Read(_folder, "production", []));
        Assert.Equal("shop", connector.Name);
        Assert.Equal(["a=all", "b=own", "connector.class=x.PostgresConnector", "tasks.max=1"], connector.Config.Select(o => $"{o.Key}={o.Value}"));
    }

    [Fact]
    public void File_InConnectsOwnForm_GivesNameAndConfig()
    {
        Write("any.json", """{"name": "shop", "config": {"connector.class": "x.PostgresConnector"}}""");
        Assert.Equal("shop", Assert.Single(ConnectorFiles.Read(Path.Combine(_folder, "any.json"), null, [])).Name);
    }

    [Fact]
    public void Files_WithSeveralMistakes_AreReportedTogether()
    {
        Write("a.json", "{");
        Write("b.json", """{"list": ["x"]}""");
        Write("c.json", """{"connector.class": "x", "connector.class": "y"}""");
        Write("environments/dev.json", """{"al": {}, "connectors": {"nobody": {}}}""");
        var error = Assert.Throws<ConnectorFilesException>(() => ConnectorFiles.Read(_folder, "dev", ["missing"]));
        foreach (var words in new[] { "a.json:1: not JSON", "b.json: list is not a text", "b.json: connector.class is missing", "c.json:1: not JSON", "'al' is not known", "connectors.nobody: no such connector", "no connector missing" })
            Assert.True(error.Errors.Any(e => e.Contains(words, StringComparison.Ordinal)), $"no error says '{words}': {error.Message}");
    }

    [Fact]
    public void Environment_ThatIsNotThere_NamesThoseThatAre()
    {
        Write("shop.json", """{"connector.class": "x.PostgresConnector"}""");
        Write("environments/dev.json", """{"connectors": {"shop": {}}}""");
        Assert.Contains("there are dev", Assert.Throws<ConnectorFilesException>(() => ConnectorFiles.Read(_folder, "prod", [])).Message, StringComparison.Ordinal);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
