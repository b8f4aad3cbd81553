using System.Text.Json;
using CdcStripeSync.Debezium.Columns;

namespace CdcStripeSync.Debezium.Recordings;

/// <summary>A recording's <c>connector.json</c>: what the connector was told that its records do not say. Not its <c>topic.prefix</c>: a recording
/// holds topics of other kinds, too, and none of these is to be refused for its name.</summary>
internal static class RecordedConnector
{
    private const string RowTransform = "io.debezium.transforms.ExtractNewRecordState";
    private const string RouteTransform = "io.debezium.transforms.ByLogicalTableRouter";

    /// <param name="json">The configuration, or what Connect's REST API answers with it inside.</param>
    /// <exception cref="InvalidOperationException">It is no JSON object.</exception>
    /// <exception cref="FormatException">The placeholder's octets are no hexadecimal, or added fields have no names.</exception>
    public static DecoderOptions Read(JsonElement json)
    {
        var config = json.TryGetProperty("config", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : json;
        var usual = new DecoderOptions();
        var options = usual with
        {
            UnavailablePlaceholder = Text(config, "unavailable.value.placeholder") ?? usual.UnavailablePlaceholder,
            AddedFields = Added(config, "add.fields"),
            AddedHeaders = Added(config, "add.headers"),
            TableKeyField = OfTransform(config, RouteTransform, "key.field.name") ?? usual.TableKeyField,
        };
        _ = new Placeholder(options.UnavailablePlaceholder);
        return options;
    }

    private static AddedNames Added(JsonElement config, string option)
    {
        try
        {
            return AddedNames.Of(OfTransform(config, RowTransform, option + ".prefix") ?? AddedNames.Usual.Prefix, OfTransform(config, RowTransform, option) ?? "");
        }
        catch (FormatException e)
        {
            throw new FormatException($"{option}: {e.Message}.", e);
        }
    }

    private static string? OfTransform(JsonElement config, string type, string option)
    {
        foreach (var name in (Text(config, "transforms") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Text(config, $"transforms.{name}.type") == type) return Text(config, $"transforms.{name}.{option}");
        }

        return null;
    }

    private static string? Text(JsonElement config, string name) =>
        config.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
