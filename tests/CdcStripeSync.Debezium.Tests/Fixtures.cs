namespace CdcStripeSync.Debezium.Tests;

/// <summary>The recordings that travel with the repository.</summary>
internal static class Fixtures
{
    public static IReadOnlyList<string> Recordings { get; } =
        [.. Directory.GetDirectories(Root()).Where(d => Directory.EnumerateFiles(d, "records.jsonl*").Any()).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    public static string Folder(string recording) => Path.Combine(Root(), recording);

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var root = Path.Combine(folder.FullName, "tests", "fixtures", "debezium");
            if (Directory.Exists(root)) return root;
        }

        throw new InvalidOperationException($"no tests/fixtures/debezium above {AppContext.BaseDirectory}");
    }
}
