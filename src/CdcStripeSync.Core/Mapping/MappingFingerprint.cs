using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CdcStripeSync.Core.Mapping;

/// <summary>Hashes what a mapping means, from a fixed text of it.</summary>
internal static class MappingFingerprint
{
    public static string Of(Mapping mapping) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Describe(mapping))))[..32];

    private static string Describe(Mapping mapping)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"version {mapping.Version}\naccount {mapping.Account}\nmode {mapping.Mode}\n");
        foreach (var map in mapping.Resources.OrderBy(r => r.Name, StringComparer.Ordinal)) Describe(text, map);
        return text.ToString();
    }

    private static void Describe(StringBuilder text, ResourceMap map)
    {
        text.Append(CultureInfo.InvariantCulture, $"resource {map.Name} from {map.From} key {string.Join(",", map.KeyColumns)}\n");
        text.Append(CultureInfo.InvariantCulture, $"stripe_id {map.StripeIdTemplate}\nparent {map.Parent}\nexists_when {map.ExistsWhen}\n");
        text.Append(CultureInfo.InvariantCulture, $"on_delete {map.OnDelete}\ndefault_when {map.DefaultWhen}\n");
        foreach (var rule in map.Fields) text.Append(CultureInfo.InvariantCulture, $"field {rule}\n");
    }
}
