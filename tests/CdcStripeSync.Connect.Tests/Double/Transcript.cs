using System.Text.Json.Nodes;

namespace CdcStripeSync.Connect.Tests.Double;

/// <summary>Exchanges with a real worker, as recorded.</summary>
internal static class Transcript
{
    public static IReadOnlyList<Exchange> Rest { get; } = Read("transcript.json");

    public static IReadOnlyList<Exchange> Secrets { get; } = Read("secrets-transcript.json");

    public static string File(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "tests", "fixtures", "debezium", "connect-rest", name);
            if (System.IO.File.Exists(file)) return file;
        }

        throw new InvalidOperationException($"no tests/fixtures/debezium/connect-rest/{name} above {AppContext.BaseDirectory}");
    }

    private static IReadOnlyList<Exchange> Read(string name) =>
    [
        .. JsonNode.Parse(System.IO.File.ReadAllText(File(name)))!.AsArray().Select(e => new Exchange(
            e!["note"]!.GetValue<string>(), e["method"]!.GetValue<string>(), e["path"]!.GetValue<string>(), e["request"]?.ToJsonString(), e["status"]!.GetValue<int>(), e["response"]?.ToJsonString())),
    ];
}
