using System.Text.Json;

namespace CdcStripeSync.App.Checks;

/// <summary>What a registry's subjects and compatibility level mean for the connector. Pure.</summary>
internal static class RegistryFitness
{
    /// <param name="subjects">The answer to <c>GET /subjects</c>.</param>
    /// <param name="config">The answer to <c>GET /config</c>; empty where there was none.</param>
    public static string Describe(string subjects, string topicPrefix, string config)
    {
        var names = Names(subjects);
        var own = names.Count(n => topicPrefix.Length > 0 && n.StartsWith(topicPrefix + ".", StringComparison.Ordinal));
        var count = topicPrefix.Length == 0 ? $"{names.Count} subjects" : $"{own} of {names.Count} subjects begin with {topicPrefix}.";
        return Level(config) switch
        {
            null => count,
            "NONE" => $"{count}, compatibility NONE: any change of a table's columns is taken",
            var level when level.StartsWith("BACKWARD", StringComparison.Ordinal) => $"{count}, compatibility {level}: a new NOT NULL column without default stops the connector until the level is lowered",
            var level => $"{count}, compatibility {level}: a column that is added or dropped without default stops the connector until the level is lowered",
        };
    }

    private static List<string> Names(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Array ? [.. document.RootElement.EnumerateArray().Select(s => s.ToString())] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string? Level(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.TryGetProperty("compatibilityLevel", out var level) ? level.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
