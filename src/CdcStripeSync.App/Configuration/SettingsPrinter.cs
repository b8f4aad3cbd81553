using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Npgsql;

namespace CdcStripeSync.App.Configuration;

/// <summary>The effective settings as JSON, secrets masked.</summary>
internal static partial class SettingsPrinter
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public static string Print(Settings settings)
    {
        var json = JsonSerializer.SerializeToNode(settings, Json)!;
        Mask(json);
        return json.ToJsonString(Json);
    }

    /// <summary>With secrets, as a settings file.</summary>
    public static string Whole(Settings settings) => JsonSerializer.Serialize(settings, Json);

    /// <summary>A key keeps its prefix, by which its mode and kind are told: <c>sk_test_****</c>.</summary>
    public static string MaskKey(string key)
    {
        var prefix = KeyPrefix().Match(key).Value;
        return key.Length == 0 ? "" : prefix + "****";
    }

    /// <summary>An address without who asks there: whatever stands before its last <c>@</c>, well formed or not.</summary>
    public static string MaskAddress(string text) => UserInfo().Replace(text, "$1****@");

    /// <summary>Npgsql knows all names of a password, and how one is quoted.</summary>
    private static string MaskConnection(string connection)
    {
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(connection);
            if (!string.IsNullOrEmpty(parts.Password)) parts.Password = "****";
            if (!string.IsNullOrEmpty(parts.SslPassword)) parts.SslPassword = "****";
            return parts.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            return "****";
        }
    }

    private static void Mask(JsonNode node)
    {
        if (node is not JsonObject members) return;
        foreach (var (name, value) in members.ToList())
        {
            if (value is JsonObject) Mask(value);
            else if (value is JsonValue text && text.TryGetValue<string>(out var secret) && secret.Length > 0)
            {
                if (name.Equals("apiKey", StringComparison.OrdinalIgnoreCase)) members[name] = MaskKey(secret);
                else if (SecretName().IsMatch(name)) members[name] = "****";
                else if (name.Equals("connectionString", StringComparison.OrdinalIgnoreCase)) members[name] = MaskConnection(secret);
                else members[name] = MaskAddress(secret);
            }
        }
    }

    [GeneratedRegex(@"(://)\S*@")]
    private static partial Regex UserInfo();

    [GeneratedRegex("^[sr]k_(test|live)_")]
    private static partial Regex KeyPrefix();

    [GeneratedRegex("password|passphrase|secret|token|jaas|pem|private|key$", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
