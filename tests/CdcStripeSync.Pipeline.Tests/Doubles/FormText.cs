using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Pipeline.Tests.Doubles;

/// <summary>Form-encoded parameters as pairs of a field path and a text.</summary>
internal static class FormText
{
    public static IReadOnlyList<(FieldPath Path, string Text)> Read(string form) =>
        [.. form.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair =>
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Uri.UnescapeDataString(pair[..at]).Replace("]", "", StringComparison.Ordinal).Replace('[', '.');
            return (FieldPath.Parse(name), Uri.UnescapeDataString(pair[(at + 1)..]));
        })];

    public static string? Value(string form, string name) => Read(form).Where(p => p.Path.ToString() == name).Select(p => p.Text).FirstOrDefault();

    /// <summary>Parameters merged into an object as Stripe does: an empty text clears, metadata merges key by key.</summary>
    public static FieldValue.Object Merge(FieldValue.Object target, string form)
    {
        foreach (var (path, text) in Read(form))
        {
            if (path.Root is "transfer_lookup_key" or "expand") continue;
            target = target.With(path, text switch
            {
                "" => FieldValue.Nothing,
                "true" or "false" when path.Root is "active" or "shippable" => FieldValue.Of(text == "true"),
                _ => FieldValue.Of(text),
            });
        }

        if (target.Members.GetValueOrDefault("metadata") is not FieldValue.Object metadata) return target;
        return target.With("metadata", new FieldValue.Object(metadata.Members.Where(m => !m.Value.IsNone).ToImmutableSortedDictionary(StringComparer.Ordinal)));
    }
}
