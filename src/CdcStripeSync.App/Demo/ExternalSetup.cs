using System.Collections.Immutable;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Dev;
using CdcStripeSync.Connect.Agreement;
using CdcStripeSync.Connect.Desired;
using CdcStripeSync.Connect.Planning;
using CdcStripeSync.Core.Mapping;

namespace CdcStripeSync.App.Demo;

/// <summary>The sample's mapping, connector and settings under one run's own names. Pure but for the files it reads.</summary>
internal static class ExternalSetup
{
    /// <summary>The sample's mapping over the run's schema; Stripe ids and the deletion of customers are the run's own.</summary>
    public static string Mapping(string sample, ExternalNames names) => sample
        .Replace("from: public.", $"from: {names.Run}.", StringComparison.Ordinal)
        .Replace("shop_{id}", $"{names.Run}_{{id}}", StringComparison.Ordinal)
        .Replace("on_delete: keep", "on_delete: delete", StringComparison.Ordinal)
        .Replace("at_least: 20", "at_least: 1000", StringComparison.Ordinal);

    /// <summary>Lookup keys are unique in a Stripe account: the run's carry its name.</summary>
    public static string Sql(string sample, ExternalNames names)
    {
        foreach (var name in new[] { "cap-", "tee-", "pro-" }) sample = sample.Replace($"'{name}", $"'{names.Run}-{name}", StringComparison.Ordinal);
        return sample;
    }

    /// <summary>A connector like the configured one: where the database is, converters and topic settings stay; names and tables are the run's.</summary>
    /// <exception cref="UserErrorException">There is no configuration to take after.</exception>
    public static DesiredConnector Connector(IReadOnlyList<DesiredConnector> configured, Settings settings, Mapping mapping, ExternalNames names)
    {
        var postgres = configured.Where(ConfigRules.IsPostgres).ToList();
        var model = postgres.Find(c => c.Option("topic.prefix") == settings.Kafka.TopicPrefix) ?? (postgres.Count > 0 ? postgres[0] : throw new UserErrorException(
            "there is no PostgreSQL connector whose settings the demonstration could take", "name the folder of connectors with --files (and --env), or connect.connectors", ExitCode.Usage));
        string[] other = ["schema.include.list", "schema.exclude.list", "table.exclude.list", "column.exclude.list", "message.key.columns", "signal.data.collection"];
        var config = model.Config.RemoveRange(other).RemoveRange(model.Config.Keys.Where(o => o.StartsWith("transforms", StringComparison.Ordinal)))
            .SetItems(Generator.Options(mapping, null, null))
            .SetItem("topic.prefix", names.Run).SetItem("slot.name", names.Run).SetItem("publication.name", names.Run)
            .SetItem("publication.autocreate.mode", "disabled").SetItem("snapshot.mode", "initial");
        if (config.ContainsKey("signal.kafka.topic")) config = config.SetItem("signal.kafka.topic", $"{names.Run}.signals");
        if (config.ContainsKey("notification.sink.topic.name")) config = config.SetItem("notification.sink.topic.name", $"{names.Run}.notifications");
        return new DesiredConnector(names.Connector, model.File, config);
    }

    /// <summary>The settings, turned to the run's own topics, group and state.</summary>
    public static void Turn(Settings settings, ExternalNames names, string mappingFile)
    {
        settings.Mapping = mappingFile;
        settings.Kafka.GroupId = names.Run;
        settings.Kafka.TopicPrefix = names.Run;
        settings.Kafka.Topics = [$"^{names.Run}[.]{names.Run}[.].*"];
        settings.State.Schema = names.StateSchema;
        settings.Source.Publication = names.Run;
        settings.Source.Slot = names.Run;
        settings.Web.Url = "";
        settings.Log.Level = "Warning";
    }

    public static string SampleMapping => File.ReadAllText(Shipped.Mapping);
}
