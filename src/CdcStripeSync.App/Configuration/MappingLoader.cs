using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;

namespace CdcStripeSync.App.Configuration;

/// <summary>Reads and checks a mapping file.</summary>
internal static class MappingLoader
{
    /// <summary>For delivery under these settings.</summary>
    /// <exception cref="SettingsException">As of the file alone; or mapping and settings do not go together.</exception>
    public static Mapping Load(Settings settings)
    {
        var mapping = Load(settings.Mapping);
        var errors = SettingsValidator.Against(settings, mapping);
        return errors.Count == 0 ? mapping : throw new SettingsException(errors);
    }

    /// <exception cref="SettingsException">The file is missing, or holds mistakes: all of them, with lines.</exception>
    public static Mapping Load(string path)
    {
        if (!File.Exists(path)) throw new SettingsException([$"mapping: {path} does not exist"]);
        var reading = MappingFile.Read(File.ReadAllText(path), path, StripeCatalogue.Load());
        return reading.Mapping ?? throw new SettingsException([.. reading.Errors.Select(e => e.ToString())]);
    }
}
