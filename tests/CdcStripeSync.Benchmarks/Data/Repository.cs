namespace CdcStripeSync.Benchmarks.Data;

/// <summary>The checkout that the benchmarks run in.</summary>
internal static class Repository
{
    public static string File(params string[] parts) => Path.Combine([Root(), .. parts]);

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "CdcStripeSync.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"no CdcStripeSync.sln above {AppContext.BaseDirectory}");
    }
}
