namespace CdcStripeSync.DevStack.Tests.Connector;

/// <summary>Where the repository's files are, seen from the test's output folder.</summary>
internal static class Repository
{
    public static string File(params ReadOnlySpan<string> parts)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "CdcStripeSync.sln")))
            folder = folder.Parent;
        return Path.Combine([folder?.FullName ?? throw new DirectoryNotFoundException("no CdcStripeSync.sln above the tests"), .. parts]);
    }

    public static string Sql(string name) => File("tests", "fixtures", "debezium", "sql", name);
}
