using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace CdcStripeSync.App.Configuration;

/// <summary>Reads the settings from, in this order (later wins): the file, the environment (<c>CDC_STRIPE__KAFKA__GROUPID</c>), flags (<c>--set kafka.groupId=x</c>).</summary>
internal static class SettingsReader
{
    public const string DefaultFile = "cdc-stripe.json";
    private const string ClientProperties = "kafka.properties.";

    public static Settings Read(FileInfo? file, IReadOnlyList<string> assignments)
    {
        var errors = new List<string>();
        var flags = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var assignment in assignments)
        {
            var equals = assignment.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) errors.Add($"--set {assignment}: expected name=value, as in --set kafka.groupId=shop");
            else flags[Place(assignment[..equals])] = assignment[(equals + 1)..];
        }

        var path = file?.FullName ?? (File.Exists(DefaultFile) ? Path.GetFullPath(DefaultFile) : null);
        if (file is { Exists: false }) errors.Add($"{file.FullName}: no such file; give --config the path of a settings file");
        IConfigurationRoot configuration;
        try
        {
            var builder = new ConfigurationBuilder();
            if (path is not null && File.Exists(path)) builder.AddJsonFile(path, optional: false, reloadOnChange: false);
            configuration = builder.AddEnvironmentVariables("CDC_STRIPE__").AddInMemoryCollection(flags).Build();
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            throw new SettingsException([e.GetBaseException() is JsonException { LineNumber: { } line, BytePositionInLine: { } column } json
                ? $"{path}:{line + 1}:{column + 1}: not JSON: {json.Message.Split(" LineNumber:")[0]}"
                : $"{path}: {(e.InnerException ?? e).Message}"]);
        }

        errors.AddRange(Mistakes(configuration, typeof(Settings), ""));
        if (errors.Count > 0) throw new SettingsException(errors);
        var settings = new Settings();
        try
        {
            configuration.Bind(settings);
        }
        catch (InvalidOperationException e)
        {
            throw new SettingsException([(e.InnerException ?? e).Message.ReplaceLineEndings(" ")]);
        }

        if (settings.Mapping.Length > 0 && path is not null) settings.Mapping = Path.GetFullPath(settings.Mapping, Path.GetDirectoryName(path)!);
        if (settings.Connect.Connectors.Length > 0 && path is not null) settings.Connect.Connectors = Path.GetFullPath(settings.Connect.Connectors, Path.GetDirectoryName(path)!);
        return settings;
    }

    /// <summary>The client's own settings have dots in their names.</summary>
    private static string Place(string name) => name.StartsWith(ClientProperties, StringComparison.OrdinalIgnoreCase)
        ? ClientProperties.Replace('.', ':') + name[ClientProperties.Length..] : name.Replace('.', ':');

    private static IEnumerable<string> Mistakes(IConfiguration configuration, Type type, string prefix)
    {
        var known = type.GetProperties().ToDictionary(p => p.Name, p => p.PropertyType, StringComparer.OrdinalIgnoreCase);
        foreach (var section in configuration.GetChildren())
        {
            if (!known.TryGetValue(section.Key, out var member))
            {
                var names = string.Join(", ", known.Keys.Select(k => prefix + CamelCase(k)).Order(StringComparer.Ordinal));
                yield return $"'{prefix}{section.Key}' is not a setting; known here are {names}";
            }
            else if (section.Value is { Length: > 0 } && !IsText(member))
            {
                // Binding would leave it out without a word.
                yield return $"{prefix}{CamelCase(section.Key)}: takes no text but {(typeof(IList<string>).IsAssignableFrom(member) ? $"a list; its first by flag is --set {prefix}{CamelCase(section.Key)}:0=…, by environment …__0" : "settings of its own")}";
            }
            else if (member.Namespace == type.Namespace)
            {
                foreach (var error in Mistakes(section, member, $"{prefix}{CamelCase(section.Key)}.")) yield return error;
            }
            else if (section.Value is null && typeof(IDictionary<string, string>).IsAssignableFrom(member))
            {
                foreach (var nested in section.GetChildren().Where(c => c.Value is null && c.GetChildren().Any()))
                    yield return $"{prefix}{CamelCase(section.Key)}.{nested.Key}: takes a text; write a name with dots in it as one name";
            }
            else if (section.Value is { } text && Wanted(Nullable.GetUnderlyingType(member) ?? member, text) is { } wanted)
            {
                yield return $"{prefix}{CamelCase(section.Key)}: '{text}' is not {wanted}";
            }
        }
    }

    /// <summary>What a setting of this type takes, where the text is not that.</summary>
    private static string? Wanted(Type type, string text) =>
        type.IsEnum ? Enum.TryParse(type, text, ignoreCase: true, out _) ? null : $"one of {string.Join(", ", Enum.GetNames(type).Select(CamelCase))}"
        : type == typeof(bool) ? bool.TryParse(text, out _) ? null : "true or false"
        : type == typeof(int) || type == typeof(long) ? long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) ? null : "a whole number"
        : type == typeof(double) ? double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? null : "a number"
        : null;

    private static bool IsText(Type member) => member == typeof(string) || member.IsValueType;

    private static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
