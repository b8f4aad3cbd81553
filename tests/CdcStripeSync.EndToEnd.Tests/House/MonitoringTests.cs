using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace CdcStripeSync.EndToEnd.Tests.House;

/// <summary>What rules and dashboards ask for, somebody must serve.</summary>
public sealed partial class MonitoringTests
{
    [Fact]
    public void Metrics_OfRulesAndDashboards_AreServedByTheProgramOrTheWorker()
    {
        var served = Served().Matches(Text("src", "CdcStripeSync.App", "Web", "WebHost.cs")).Select(m => m.Groups[1].Value)
            .Concat(Sample().Matches(Text("tests", "fixtures", "debezium", "connect-metrics", "streaming.prom")).Select(m => m.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);
        var asked = new[] { Text("monitoring", "rules.yml"), Text("monitoring", "grafana", "dashboards", "cdc-stripe.json"), Text("docs", "deploy.md"), Text("docs", "architecture.md") }
            .SelectMany(t => Metric().Matches(t).Select(m => m.Value)).Distinct().ToList();
        Assert.Contains("cdc_stripe_freshness_seconds", asked);
        Assert.Contains("kafka_connect_connector_task_status", asked);
        Assert.All(asked, name => Assert.Contains(name, served));
    }

    [Fact]
    public void Rules_AllOfThem_HaveAnExpressionAndSayWhatItMeans()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(Text("monitoring", "rules.yml")));
        var rules = ((YamlSequenceNode)yaml.Documents[0].RootNode["groups"][0]["rules"]).ToList();
        Assert.True(rules.Count >= 5, "too few rules");
        Assert.All(rules, r => Assert.True(r["alert"].ToString().Length > 0 && r["expr"].ToString().Length > 0 && r["annotations"]["summary"].ToString().Length > 20, r.ToString()));
        Assert.All(rules, r => Assert.Equal(r["expr"].ToString().Count(c => c == '('), r["expr"].ToString().Count(c => c == ')')));
    }

    [Fact]
    public void Rules_NoInstanceAtAll_IsAnAlert()
    {
        var job = JobName().Match(Text("monitoring", "prometheus.yml")).Groups[1].Value;
        Assert.Contains($"expr: absent(up{{job=\"{job}\"}} == 1)", Text("monitoring", "rules.yml"), StringComparison.Ordinal);
    }

    [Fact]
    public void Dashboards_AllOfThem_AreJsonWithQueriesToTheProvisionedSource()
    {
        using var dashboard = JsonDocument.Parse(Text("monitoring", "grafana", "dashboards", "cdc-stripe.json"));
        foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
        {
            Assert.Contains($"uid: {panel.GetProperty("datasource").GetProperty("uid").GetString()}", Text("monitoring", "grafana", "provisioning", "datasources", "prometheus.yml"), StringComparison.Ordinal);
            Assert.NotEmpty(panel.GetProperty("targets").EnumerateArray());
        }
    }

    private static string Text(params string[] path) => File.ReadAllText(Path.Combine([RepositoryRoot.Path, .. path]));

    [GeneratedRegex("Metric\\(\"([a-z_]+)\"")]
    private static partial Regex Served();

    [GeneratedRegex("job_name: ([a-z-]+)")]
    private static partial Regex JobName();

    [GeneratedRegex("^([a-z][A-Za-z_]*)\\{", RegexOptions.Multiline)]
    private static partial Regex Sample();

    /// <summary>The namespace of the program's metrics is a schema and a slot, too, with nothing behind it.</summary>
    [GeneratedRegex("\\b(?:cdc_stripe|kafka_connect|debezium_metrics)_[a-z_]+[a-z]")]
    private static partial Regex Metric();
}
