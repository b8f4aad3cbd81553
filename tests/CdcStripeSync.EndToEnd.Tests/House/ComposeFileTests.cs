using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace CdcStripeSync.EndToEnd.Tests.House;

/// <summary>The compose file by the specification's schema, and by what it refers to.</summary>
public sealed partial class ComposeFileTests
{
    private static readonly SchemaJudge Schema =
        new(JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(RepositoryRoot.Path, "tests", "fixtures", "compose", "compose-spec.json")))!.AsObject());

    private static readonly YamlMappingNode File = Read();

    private static IEnumerable<(string Name, YamlMappingNode Service)> Services => Map(File, "services")!.Children.Select(s => (s.Key.ToString(), (YamlMappingNode)s.Value));

    [Fact]
    public void File_ByTheSpecificationsSchema_IsValid() => Assert.Empty(Schema.Judge(YamlJson.Of(File)));

    [Theory]
    [InlineData("services: { app: { image: a, imagee: b } }", "imagee")]
    [InlineData("services: { app: { image: [a] } }", "image")]
    [InlineData("services: { app: { ports: { a: b } } }", "ports")]
    [InlineData("services: { app: { depends_on: { db: { condition: service_well } } } }", "depends_on")]
    [InlineData("services: { app: { healthcheck: { retries: [1] } } }", "retries")]
    [InlineData("servises: {}", "servises")]
    public void File_ThatBreaksTheSchema_IsFound(string yaml, string where) => Assert.Contains(Schema.Judge(YamlJson.Of(Read(yaml))), e => e.Contains(where, StringComparison.Ordinal));

    [Fact]
    public void Images_AllOfThem_HaveAPinnedVersion() =>
        Assert.All(Services, s => Assert.Matches(@"^[a-z0-9./-]+:(?!latest$)[A-Za-z0-9._-]+$", s.Service["image"].ToString()));

    [Fact]
    public void App_ToldToEnd_HasTheTimeThatItMayTake()
    {
        var grace = Services.Single(s => s.Name == "app").Service["stop_grace_period"].ToString();
        Assert.EndsWith("s", grace, StringComparison.Ordinal);
        Assert.True(App.Commands.CommandLine.Patience(App.Commands.CommandLine.Root().Parse("run")).TotalSeconds < int.Parse(grace[..^1], System.Globalization.CultureInfo.InvariantCulture), grace);
    }

    [Fact]
    public void Dependencies_AndSharedNetworks_NameServicesThatCanBeWaitedFor()
    {
        var all = Services.ToDictionary(s => s.Name, s => s.Service);
        foreach (var (name, service) in Services)
        {
            foreach (var (needed, condition) in DependsOn(service))
            {
                Assert.True(all.ContainsKey(needed), $"{name} depends on {needed}, which is no service");
                if (condition == "service_healthy") Assert.True(Map(all[needed], "healthcheck") is not null, $"{name} waits until {needed} is healthy, but it has no healthcheck");
            }

            if (Owner(service) is { } owner) Assert.Contains(owner, all.Keys);
        }
    }

    [Fact]
    public void SharedNetworks_AllOfThem_BelongToAServiceThatStaysAndPublishesThePorts()
    {
        var all = Services.ToDictionary(s => s.Name, s => s.Service);
        var guests = all.Where(s => Owner(s.Value) is not null).ToList();
        Assert.NotEmpty(guests);
        Assert.All(guests, guest =>
        {
            var owner = Owner(guest.Value)!;
            // Docker leaves a guest without network when the owner starts again, and the app does so on every fault.
            Assert.NotEqual("app", owner);
            Assert.True(all[owner].Children.ContainsKey("restart"), $"{guest.Key} has no network while {owner} is down");
            Assert.Contains(owner, DependsOn(guest.Value).Select(d => d.Service));
            Assert.False(guest.Value.Children.ContainsKey("ports") || guest.Value.Children.ContainsKey("networks"), $"{guest.Key} has no network of its own to publish ports of");
        });
    }

    [Fact]
    public void Prometheus_ItsTargets_AreNamesAndPortsOfTheNetwork()
    {
        var names = Services.Where(s => Owner(s.Service) is null).SelectMany(s => Aliases(s.Service).Append(s.Name)).ToList();
        var prometheus = Read(System.IO.File.ReadAllText(Path.Combine(RepositoryRoot.Path, "monitoring", "prometheus.yml")));
        var targets = ((YamlSequenceNode)prometheus["scrape_configs"]).SelectMany(c => (YamlSequenceNode)c["static_configs"]).SelectMany(c => (YamlSequenceNode)c["targets"]).Select(t => t.ToString().Split(':')).ToList();
        Assert.NotEmpty(targets);
        Assert.All(targets, t => Assert.Contains(t[0], names));
        var app = Map(Services.Single(s => s.Name == "app").Service, "environment")!;
        Assert.All(targets, t => Assert.EndsWith(":" + t[1], app["CDC_STRIPE__WEB__URL"].ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void MountedFiles_AllOfThem_AreInTheRepository()
    {
        var mounts = Services.SelectMany(s => s.Service.Children.TryGetValue("volumes", out var v) ? ((YamlSequenceNode)v).Select(m => m.ToString()) : []).ToList();
        Assert.NotEmpty(mounts);
        Assert.All(mounts.Where(m => m.StartsWith('.')), m => Assert.True(Path.Exists(Path.Combine(RepositoryRoot.Path, m.Split(':')[0])), m));
        var named = Map(File, "volumes")!.Children.Keys.Select(k => k.ToString()).ToList();
        Assert.All(mounts.Where(m => !m.StartsWith('.')), m => Assert.Contains(m.Split(':')[0], named));
    }

    [Fact]
    public void Kafka_AndRegistry_KeepTheirDataTogether()
    {
        var kafka = Services.Single(s => s.Name == "kafka").Service;
        var kept = ((YamlSequenceNode)kafka["volumes"]).Select(v => v.ToString().Split(':')[1]);
        Assert.Contains(Map(kafka, "environment")!["KAFKA_LOG_DIRS"].ToString(), kept);
        // Records name schemas by number: a registry that forgets gives the same numbers to others.
        Assert.Equal("kafkasql", Map(Services.Single(s => s.Name == "registry").Service, "environment")!["APICURIO_STORAGE_KIND"].ToString());
    }

    [Fact]
    public void Ports_AllOfThem_AreThisMachinesOnly() =>
        Assert.All(Services.SelectMany(s => s.Service.Children.TryGetValue("ports", out var p) ? ((YamlSequenceNode)p).Select(x => x.ToString()) : []), p => Assert.StartsWith("127.0.0.1:", p, StringComparison.Ordinal));

    [Fact]
    public void Connect_ItsEnvironment_HoldsEveryReferenceOfTheConnector()
    {
        var environment = Map(Services.Single(s => s.Name == "connect").Service, "environment")!.Children.Keys.Select(k => k.ToString()).ToHashSet(StringComparer.Ordinal);
        var references = Reference().Matches(System.IO.File.ReadAllText(Path.Combine(RepositoryRoot.Path, "connectors", "postgres-shop.json"))).Select(m => m.Groups[1].Value).Distinct();
        Assert.All(references, r => Assert.Contains(r, environment));
    }

    [Fact]
    public void App_Runs_ReadOnlyWithoutCapabilitiesAndNotAsRoot()
    {
        foreach (var (_, app) in Services.Where(s => s.Service["image"].ToString().StartsWith("cdc-stripe-sync:", StringComparison.Ordinal)))
        {
            Assert.Equal("true", app["read_only"].ToString());
            Assert.Contains("ALL", app["cap_drop"].ToString(), StringComparison.Ordinal);
            Assert.Contains("/tmp", app["tmpfs"].ToString(), StringComparison.Ordinal);
        }

        var dockerfile = System.IO.File.ReadAllText(Path.Combine(RepositoryRoot.Path, "Dockerfile"));
        Assert.Contains("USER $APP_UID", dockerfile, StringComparison.Ordinal);
        Assert.Contains("HEALTHCHECK", dockerfile, StringComparison.Ordinal);
        Assert.True(dockerfile.Split("\nFROM ").Length >= 2, "the image is built in one stage");
    }

    private static IEnumerable<(string Service, string Condition)> DependsOn(YamlMappingNode service) => service.Children.TryGetValue("depends_on", out var node)
        ? node is YamlMappingNode map ? map.Children.Select(d => (d.Key.ToString(), ((YamlMappingNode)d.Value)["condition"].ToString())) : ((YamlSequenceNode)node).Select(d => (d.ToString(), ""))
        : [];

    /// <summary>The service whose network this one uses; null where it has its own.</summary>
    private static string? Owner(YamlMappingNode service) => service.Children.TryGetValue("network_mode", out var mode) ? mode.ToString()["service:".Length..] : null;

    private static IEnumerable<string> Aliases(YamlMappingNode service) => Map(service, "networks") is { } networks
        ? networks.Children.Values.OfType<YamlMappingNode>().SelectMany(n => (YamlSequenceNode)n["aliases"]).Select(a => a.ToString())
        : [];

    private static YamlMappingNode? Map(YamlMappingNode node, string member) => node.Children.TryGetValue(member, out var value) ? value as YamlMappingNode : null;

    private static YamlMappingNode Read() => Read(System.IO.File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docker-compose.yml")));

    private static YamlMappingNode Read(string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    [GeneratedRegex(@"\$\{env:([^}]+)\}")]
    private static partial Regex Reference();
}
