using System.Collections.Immutable;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping;

/// <summary>Column texts to values; <see cref="FieldValue.None"/> means no value.</summary>
/// <param name="Entries">By the canonical text of the column's value.</param>
/// <param name="Otherwise">The entry <c>"*"</c>; without it a value that is not listed passes unchanged.</param>
public sealed record ValueMap(ImmutableSortedDictionary<string, FieldValue> Entries, FieldValue? Otherwise)
{
    public override string ToString()
    {
        var entries = Entries.Select(e => $"{System.Text.Json.JsonSerializer.Serialize(e.Key)}:{FieldValueJson.ToJson(e.Value)}");
        return "{" + string.Join(",", Otherwise is null ? entries : entries.Append($"*:{FieldValueJson.ToJson(Otherwise)}")) + "}";
    }
}
