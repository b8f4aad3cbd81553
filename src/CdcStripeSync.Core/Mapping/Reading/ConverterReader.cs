using System.Collections.Immutable;
using System.Globalization;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>MAPPING's <c>convert</c>: one converter or a list of them.</summary>
internal static class ConverterReader
{
    private static readonly IReadOnlyDictionary<string, Converter> Plain = new Dictionary<string, Converter>
    {
        ["minor_units"] = new Converter.MinorUnits(),
        ["lower"] = new Converter.Lower(),
        ["upper"] = new Converter.Upper(),
        ["trim"] = new Converter.Trim(),
        ["integer"] = new Converter.ToInteger(),
        ["decimal"] = new Converter.ToDecimal(),
        ["boolean"] = new Converter.ToBoolean(),
        ["string"] = new Converter.ToText(),
        ["unix_seconds"] = new Converter.UnixSeconds(),
    };

    private static readonly ImmutableArray<string> Names = [.. Plain.Keys, "truncate", "split", "take"];

    public static ImmutableArray<Converter> Read(ErrorList errors, YamlNode node, string path) => node switch
    {
        YamlNode.List list => [.. list.Items.Select(i => ReadOne(errors, i, path)).OfType<Converter>()],
        _ => ReadOne(errors, node, path) is { } one ? [one] : [],
    };

    private static Converter? ReadOne(ErrorList errors, YamlNode node, string path)
    {
        switch (node)
        {
            case YamlNode.Scalar { IsNull: false } scalar when Plain.TryGetValue(scalar.Text, out var converter):
                return converter;
            case YamlNode.Scalar { IsNull: false, Text: "truncate" or "split" or "take" } scalar:
                errors.Add(node.At, path, $"'{scalar.Text}' needs an argument", scalar.Text == "split" ? "write { split: \",\" }" : $"write {{ {scalar.Text}: 10 }}");
                return null;
            case YamlNode.Scalar { IsNull: false } scalar:
                errors.Add(node.At, path, $"unknown converter '{scalar.Text}'", Suggestion.Hint(scalar.Text, Names));
                return null;
            case YamlNode.Map { Entries.Length: 1 } map:
                return ReadWithArgument(errors, map.Entries[0], path);
            default:
                errors.Add(node.At, path, $"expected a converter, found {node.Noun}", $"allowed: {string.Join(", ", Names)}");
                return null;
        }
    }

    private static Converter? ReadWithArgument(ErrorList errors, YamlEntry entry, string path)
    {
        var (key, value) = entry;
        switch (key.Text)
        {
            case "truncate": return Count(errors, value, path) is { } length ? new Converter.Truncate(length) : null;
            case "take": return Count(errors, value, path) is { } count ? new Converter.Take(count) : null;
            case "split" when value is YamlNode.Scalar { IsNull: false, Text.Length: > 0 } separator: return new Converter.Split(separator.Text);
            case "split":
                errors.Add(value.At, path, $"split needs a separator, found {value.Noun}", "write { split: \",\" }");
                return null;
        }

        if (Plain.ContainsKey(key.Text)) errors.Add(key.At, path, $"'{key.Text}' takes no argument", $"write `{key.Text}` alone");
        else errors.Add(key.At, path, $"unknown converter '{key.Text}'", Suggestion.Hint(key.Text, Names));
        return null;
    }

    private static int? Count(ErrorList errors, YamlNode node, string path)
    {
        if (node is YamlNode.Scalar scalar && int.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0) return count;
        errors.Add(node.At, path, $"expected a whole number of at least 1, found {node.Noun}");
        return null;
    }
}
