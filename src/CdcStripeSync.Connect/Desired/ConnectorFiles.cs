using System.Collections.Immutable;
using System.Text.Json;

namespace CdcStripeSync.Connect.Desired;

/// <summary>Reads connector configurations from files, and an environment's overlay over them.</summary>
/// <remarks>
/// A connector is <c>connectors/NAME.json</c>: an object of options, or Connect's <c>{"name", "config"}</c>. An environment is
/// <c>connectors/environments/ENV.json</c>: <c>{"all": {option: value}, "connectors": {"NAME": {option: value}}}</c>. Only connectors that it names
/// are deployed there; a value of null takes the option away. What differs is written once, and what does not is not copied.
/// </remarks>
public static class ConnectorFiles
{
    public const string Environments = "environments";

    /// <param name="path">A folder of connectors, or one connector's file.</param>
    /// <param name="environment">The overlay's name; null for none: every connector of the folder as it is written.</param>
    /// <param name="only">Names to take; empty takes all.</param>
    /// <exception cref="ConnectorFilesException">Everything that is wrong with the files.</exception>
    public static ImmutableArray<DesiredConnector> Read(string path, string? environment, IReadOnlyCollection<string> only)
    {
        var errors = new List<string>();
        var folder = File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path))! : path;
        if (!File.Exists(path) && !Directory.Exists(path)) errors.Add($"{path}: no such file or folder; expected a folder of connector configurations (NAME.json), or one of them");
        var files = File.Exists(path) ? [path] : Directory.Exists(path) ? Directory.GetFiles(path, "*.json").Order(StringComparer.Ordinal).ToArray() : [];
        var connectors = files.Select(f => ReadOne(f, errors)).OfType<DesiredConnector>().ToList();
        foreach (var twice in connectors.GroupBy(c => c.Name).Where(g => g.Count() > 1))
            errors.Add($"{string.Join(", ", twice.Select(c => c.File))}: two connectors named {twice.Key}; a name stands for one connector");
        foreach (var nameless in connectors.Where(c => string.IsNullOrWhiteSpace(c.Name))) errors.Add($"{nameless.File}: \"name\" is empty; expected the connector's name, or none (then it is the file's)");
        if (environment is not null) connectors = Overlay(connectors, folder, environment, File.Exists(path), errors);
        foreach (var name in only.Where(n => connectors.TrueForAll(c => c.Name != n)))
            errors.Add($"no connector {name}{(environment is null ? "" : $" in environment {environment}")}; there are {Names(connectors)}");
        errors.AddRange(connectors.Where(c => c.Option("connector.class") is null).Select(c => NoClass(c.File)).Except(errors).ToList());
        if (errors.Count > 0) throw new ConnectorFilesException([.. errors]);
        return [.. connectors.Where(c => only.Count == 0 || only.Contains(c.Name)).OrderBy(c => c.Name, StringComparer.Ordinal)];
    }

    private static DesiredConnector? ReadOne(string file, List<string> errors)
    {
        if (Parse(file, errors) is not { } root) return null;
        var name = Path.GetFileNameWithoutExtension(file);
        if (root.TryGetProperty("config", out var inner) && inner.ValueKind == JsonValueKind.Object)
        {
            if (root.TryGetProperty("name", out var outer) && outer.ValueKind == JsonValueKind.String) name = outer.GetString()!;
            root = inner;
        }

        var options = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (option, value) in Options(root, file, errors))
        {
            if (option == "name" && value is not null) name = value;
            else if (value is not null) options[option] = value;
        }

        if (!options.ContainsKey("connector.class")) errors.Add(NoClass(file));
        return new DesiredConnector(name, file, options.ToImmutable());
    }

    private static List<DesiredConnector> Overlay(List<DesiredConnector> connectors, string folder, string environment, bool single, List<string> errors)
    {
        var file = Path.Combine(folder, Environments, environment + ".json");
        if (!File.Exists(file))
        {
            var known = Directory.Exists(Path.Combine(folder, Environments)) ? Directory.GetFiles(Path.Combine(folder, Environments), "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal).ToArray() : [];
            errors.Add($"{file}: no such environment; there are {(string.Join(", ", known) is { Length: > 0 } names ? names : "none")}");
            return connectors;
        }

        if (Parse(file, errors) is not { } root) return connectors;
        foreach (var member in root.EnumerateObject().Where(m => m.Name is not ("all" or "connectors")))
            errors.Add($"{file}: '{member.Name}' is not known here; expected \"all\" and \"connectors\"");
        var all = Part(root, "all", file, errors);
        var deployed = new List<DesiredConnector>();
        if (!root.TryGetProperty("connectors", out var named) || named.ValueKind != JsonValueKind.Object)
        {
            errors.Add($"{file}: \"connectors\" is missing; expected {{\"NAME\": {{option: value}}}} for each connector of this environment");
            return deployed;
        }

        foreach (var member in named.EnumerateObject())
        {
            if (connectors.Find(c => c.Name == member.Name) is not { } connector)
            {
                if (!single) errors.Add($"{file}: connectors.{member.Name}: no such connector beside it; there are {Names(connectors)}");
                continue;
            }

            deployed.Add(Over(Over(connector, all), [.. Options(member.Value, file, errors)]));
        }

        return deployed;
    }

    private static DesiredConnector Over(DesiredConnector connector, IReadOnlyList<(string Option, string? Value)> overlay) => connector with
    {
        Config = overlay.Aggregate(connector.Config, (config, o) => o.Value is null ? config.Remove(o.Option) : config.SetItem(o.Option, o.Value)),
    };

    private static List<(string Option, string? Value)> Part(JsonElement root, string name, string file, List<string> errors) =>
        root.TryGetProperty(name, out var part) ? [.. Options(part, file, errors)] : [];

    private static IEnumerable<(string Option, string? Value)> Options(JsonElement json, string file, List<string> errors)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add($"{file}: not an object of options");
            yield break;
        }

        foreach (var option in json.EnumerateObject())
        {
            if (option.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array) errors.Add($"{file}: {option.Name} is not a text, number or boolean; Connect takes flat values only (a list is one text with commas)");
            else yield return (option.Name, option.Value.ValueKind switch { JsonValueKind.Null => null, JsonValueKind.String => option.Value.GetString(), _ => option.Value.GetRawText() });
        }
    }

    private static JsonElement? Parse(string file, List<string> errors)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document.RootElement.Clone();
            errors.Add($"{file}: not a JSON object");
        }
        catch (JsonException e)
        {
            errors.Add($"{file}:{(e.LineNumber ?? 0) + 1}: not JSON: {e.Message}");
        }

        return null;
    }

    private static string NoClass(string file) => $"{file}: connector.class is missing; expected a class such as io.debezium.connector.postgresql.PostgresConnector";

    private static string Names(IEnumerable<DesiredConnector> connectors) =>
        string.Join(", ", connectors.Select(c => c.Name)) is { Length: > 0 } names ? names : "none";
}
