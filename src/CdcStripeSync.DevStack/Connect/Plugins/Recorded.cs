using System.Text.Json.Nodes;

namespace CdcStripeSync.DevStack.Connect.Plugins;

/// <summary>What a real worker said of its plugins and of three failures; it travels inside the program.</summary>
internal static class Recorded
{
    public static string Text(string name)
    {
        using var stream = typeof(Recorded).Assembly.GetManifestResourceStream($"connect/{name}") ?? throw new InvalidOperationException($"the resource connect/{name} is missing");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    public static JsonNode Json(string name) => JsonNode.Parse(Text(name))!;
}
