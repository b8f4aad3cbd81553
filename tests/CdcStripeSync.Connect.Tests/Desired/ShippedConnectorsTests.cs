using CdcStripeSync.Connect.Agreement;
using CdcStripeSync.Connect.Desired;
using CdcStripeSync.Connect.Planning;
using CdcStripeSync.Connect.Rest;
using CdcStripeSync.Connect.Tests.Double;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.DevStack.Connect;
using CdcStripeSync.DevStack.Connect.Sources;

namespace CdcStripeSync.Connect.Tests.Desired;

/// <summary>The configurations of this repository pass their own rules, in every environment.</summary>
public sealed class ShippedConnectorsTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Transcript.File("transcript.json"))!, "..", "..", "..", ".."));

    [Theory]
    [InlineData(null, 3)]
    [InlineData("dev", 1)]
    [InlineData("staging", 1)]
    [InlineData("production", 1)]
    public async Task ShippedConnectors_OnAWorker_AreNotRefused(string? environment, int count)
    {
        var connectors = ConnectorFiles.Read(Path.Combine(Root, "connectors"), environment, []);
        Assert.Equal(count, connectors.Length);
        await using var server = await ConnectServer.StartAsync(new DeclaredSources(TimeProvider.System) { Permissive = true }, new ConnectServerOptions { Variable = _ => "5432" }, CancellationToken.None);
        using var client = new ConnectClient(new ConnectOptions(server.Address), TimeProvider.System);
        Assert.All(await new Planner(client).PlanAsync(connectors, CancellationToken.None), p => Assert.Equal([], p.Problems.Where(x => x.Refuses).Select(x => $"{p.Connector.Name}: {x}")));
    }

    [Theory]
    [InlineData("postgres-shop", "mapping.yaml")]
    [InlineData("mysql-shop", "mapping.mariadb.yaml")]
    [InlineData("mariadb-shop", "mapping.mariadb.yaml")]
    public void ShippedConnector_AndTheSampleMapping_Agree(string name, string mapping)
    {
        var connector = ConnectorFiles.Read(Path.Combine(Root, "connectors"), null, [name])[0];
        var read = MappingFile.Read(File.ReadAllText(Path.Combine(Root, "samples", "shop", mapping)), mapping, StripeCatalogue.Load()).Mapping!;
        Assert.Empty(MappingRules.Judge(connector, read, null));
        Assert.Equal(Generator.Options(read, null, null), connector.Config.Where(o => o.Key is "table.include.list" or "column.include.list"));
    }

    [Fact]
    public void ShippedConnectors_TheirSecrets_AreReferences() =>
        Assert.All(
            ConnectorFiles.Read(Path.Combine(Root, "connectors"), null, []).SelectMany(c => c.Config).Where(o => Secrets.IsSecret(o.Key)),
            o => Assert.True(Secrets.IsReference(o.Value), o.Key));
}
