using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>Metadata as Stripe keeps it: updates merge, an empty value deletes its key, an empty whole clears all.</summary>
internal static class Metadata
{
    public static JsonObject Merge(JsonObject? current, JsonObject? sent)
    {
        var merged = new JsonObject();
        if (sent is null) return merged;
        foreach (var (key, value) in current ?? []) merged[key] = value?.DeepClone();
        foreach (var (key, value) in sent)
        {
            var text = (string)value!;
            if (key.Length > 40)
                throw Invalid($"Metadata keys must be at most 40 characters long: '{key}' has {key.Length}.", key);
            if (key.AsSpan().IndexOfAny('[', ']') >= 0)
                throw Invalid($"Metadata keys must not contain square brackets: '{key}'.", key);
            if (text.Length > 500)
                throw Invalid($"Metadata values must be at most 500 characters long: the value of '{key}' has {text.Length}.", key);
            if (text.Length == 0) merged.Remove(key);
            else merged[key] = text;
        }

        if (merged.Count > 50)
            throw StripeErrorException.Invalid(null, $"You can only have 50 metadata keys on an object; this one would have {merged.Count}.", "metadata");
        return merged;
    }

    private static StripeErrorException Invalid(string message, string key) => StripeErrorException.Invalid(null, message, $"metadata[{key}]");
}
