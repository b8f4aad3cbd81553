using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;

namespace CdcStripeSync.Postgres.Tests;

/// <summary>Files of the repository that tests read.</summary>
internal static class Repository
{
    public static string File(params string[] path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine([folder.FullName, .. path]);
            if (Path.Exists(file)) return file;
        }

        throw new FileNotFoundException($"no {string.Join('/', path)} above {AppContext.BaseDirectory}");
    }

    public static Core.Mapping.Mapping Mapping(string yaml)
    {
        var reading = MappingFile.Read(yaml, "mapping.yaml", StripeCatalogue.Load());
        return reading.Mapping ?? throw new InvalidOperationException(string.Join("; ", reading.Errors));
    }
}
