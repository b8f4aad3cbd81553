using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CdcStripeSync.DevStack.Connect.Sources;

namespace CdcStripeSync.DevStack.Connect.Plugins;

/// <summary>Judges a configuration as Debezium and the worker do: each option by its type, then, only if all are well, the connection.</summary>
internal sealed partial class ConfigValidator(ISourceRuntime sources)
{
    private static readonly HashSet<string> Positive = new(StringComparer.Ordinal) { "poll.interval.ms", "max.batch.size", "max.queue.size", "incremental.snapshot.chunk.size", "snapshot.max.threads" };

    /// <param name="given">As it was sent, references and all.</param>
    /// <param name="resolved">References replaced where the worker knows them.</param>
    public async Task<ConfigJudgement> JudgeAsync(ConnectorPlugin plugin, IReadOnlyDictionary<string, string> given, IReadOnlyDictionary<string, string> resolved, CancellationToken cancellationToken)
    {
        var errors = plugin.Options.ToDictionary(o => o.Name, o => Errors(plugin, o, resolved).ToList(), StringComparer.Ordinal);
        if (errors.Values.All(e => e.Count == 0) && await sources.ConnectAsync(resolved, cancellationToken) is { } refused)
            errors["database.hostname"].Add($"Error while validating connector config: {refused}");
        var configs = plugin.Options.Select(o => (JsonNode)new JsonObject { ["definition"] = Definition(o, given), ["value"] = Value(o, given, errors[o.Name]) });
        var ordered = plugin.Options.SelectMany(o => errors[o.Name]).ToList();
        var json = new JsonObject
        {
            ["name"] = plugin.Class,
            ["error_count"] = ordered.Count,
            ["groups"] = new JsonArray([.. plugin.Groups.Select(g => (JsonNode)g)]),
            ["configs"] = new JsonArray([.. configs]),
        };
        return new ConfigJudgement(json, ordered);
    }

    private static JsonNode Definition(OptionDefinition option, IReadOnlyDictionary<string, string> given)
    {
        var definition = option.Definition.DeepClone();
        if (VersionOf(option.Name) is { } converter) definition["default_value"] = Version(option, converter, given);
        return definition;
    }

    /// <summary>Values of Debezium's own options are not echoed; those of the worker's are, with their defaults.</summary>
    private static JsonObject Value(OptionDefinition option, IReadOnlyDictionary<string, string> given, List<string> errors)
    {
        var version = VersionOf(option.Name) is { } converter ? Version(option, converter, given) : null;
        var recommended = version is null ? option.Recommended.DeepClone() : new JsonArray(version);
        return new JsonObject
        {
            ["name"] = option.Name,
            ["value"] = option.OfWorker && errors.Count == 0 ? given.GetValueOrDefault(option.Name) ?? version ?? option.Default : null,
            ["recommended_values"] = recommended,
            ["errors"] = new JsonArray([.. errors.Select(e => (JsonNode)e)]),
            ["visible"] = option.Visible,
        };
    }

    private static string? VersionOf(string option) =>
        option.EndsWith(".converter.plugin.version", StringComparison.Ordinal) ? option[..^".plugin.version".Length] : null;

    /// <summary>Kafka's own converters have the worker's version, others none.</summary>
    private static string Version(OptionDefinition option, string converter, IReadOnlyDictionary<string, string> given) =>
        given.GetValueOrDefault(converter, "org.apache.kafka").StartsWith("org.apache.kafka", StringComparison.Ordinal) ? "4.1.1" : option.Name.StartsWith("header", StringComparison.Ordinal) ? option.Default! : "undefined";

    private static IEnumerable<string> Errors(ConnectorPlugin plugin, OptionDefinition option, IReadOnlyDictionary<string, string> config)
    {
        var value = config.GetValueOrDefault(option.Name);
        return option.OfWorker ? OfWorker(option, value) : OfConnector(plugin, option, value, config).Select(e => $"The '{option.Name}' value is invalid: {e}");
    }

    private static IEnumerable<string> OfWorker(OptionDefinition option, string? value)
    {
        if (option.Definition["required"]!.GetValue<bool>() && value is null) yield return $"Missing required configuration \"{option.Name}\" which has no default value.";
        if (value is null) yield break;
        if (option.Type is "INT" or "LONG" && !long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)) yield return $"Invalid value {value} for configuration {option.Name}: Not a number of type {option.Type}";
        else if (option.Name == "tasks.max" && long.Parse(value, CultureInfo.InvariantCulture) < 1) yield return $"Invalid value {value} for configuration tasks.max: Value must be at least 1";
        else if (option.Type == "BOOLEAN" && !bool.TryParse(value, out _)) yield return $"Invalid value {value} for configuration {option.Name}: Expected value to be either true or false";
    }

    private static IEnumerable<string> OfConnector(ConnectorPlugin plugin, OptionDefinition option, string? value, IReadOnlyDictionary<string, string> config)
    {
        if (string.IsNullOrEmpty(value))
        {
            if (plugin.Required.Contains(option.Name)) yield return "A value is required";
            yield break;
        }

        if (option.Name == "topic.prefix" && !TopicPrefix().IsMatch(value)) yield return $"{value} has invalid format (only the underscore, hyphen, dot and alphanumeric characters are allowed)";
        if (option.Name == "slot.name" && !SlotName().IsMatch(value)) yield return "Valid replication slot name must contain only digits, lowercase characters and underscores with length <= 63";
        if (option.Name is "table.exclude.list" or "column.exclude.list" or "schema.exclude.list" && config.ContainsKey(option.Name.Replace("exclude", "include", StringComparison.Ordinal)))
            yield return $"\"{option.Name.Replace("exclude", "include", StringComparison.Ordinal)}\" is already specified";
        if (option.Allowed.Count > 0 && !option.Allowed.Contains(value, StringComparer.OrdinalIgnoreCase)) yield return $"Value must be one of {string.Join(", ", option.Allowed)}";
        if (option.Type == "BOOLEAN" && !bool.TryParse(value, out _)) yield return "Either 'true' or 'false' is expected";
        if (option.Type is not ("INT" or "LONG")) yield break;
        var number = long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : (long?)null;
        if (number is null) yield return option.Type == "INT" ? "An integer is expected" : "A long value is expected";
        if (Positive.Contains(option.Name) && (number is null or <= 0)) yield return "A positive, non-zero integer value is expected";
    }

    [GeneratedRegex("^[A-Za-z0-9._-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex TopicPrefix();

    [GeneratedRegex("^[a-z0-9_]{1,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex SlotName();
}
