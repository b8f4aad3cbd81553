using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;

namespace CdcStripeSync.App.Configuration;

/// <summary>Reads and checks a mapping file.</summary>
internal static class MappingLoader
{
    /// <exception cref="SettingsException">The file is missing, or holds mistakes: all of them, with lines.</exception>
    public static Mapping Load(string path)
    {
        if (!File.Exists(path)) throw new SettingsException([$"mapping: {path} does not exist"]);
        var reading = MappingFile.Read(File.ReadAllText(path), path, StripeCatalogue.Load());
        return reading.Mapping ?? throw new SettingsException([.. reading.Errors.Select(e => e.ToString())]);
    }
}
