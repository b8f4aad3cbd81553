using System.Collections.Immutable;
using System.Text.Json;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping;

/// <summary>Column texts to values; <see cref="FieldValue.None"/> means no value.</summary>
/// <param name="Entries">By the text of the column's value; a number or boolean by its canonical one.</param>
/// <param name="Otherwise">The entry <c>"*"</c>, for everything that is not listed, null included; without it such a value passes unchanged.</param>
public sealed record ValueMap(ImmutableSortedDictionary<string, FieldValue> Entries, FieldValue? Otherwise)
{
    /// <summary>The entry <c>null</c>.</summary>
    public FieldValue? ForNull { get; init; }

    /// <summary>The value for a column's text (null for a null column); null where the map leaves it unchanged.</summary>
    public FieldValue? Find(string? text) =>
        (text is null ? ForNull : Entries.GetValueOrDefault(text)) ?? Otherwise;

    public override string ToString()
    {
        var entries = Entries.Select(e => $"{JsonSerializer.Serialize(e.Key)}:{FieldValueJson.ToJson(e.Value)}").ToList();
        if (ForNull is not null) entries.Add($"null:{FieldValueJson.ToJson(ForNull)}");
        if (Otherwise is not null) entries.Add($"*:{FieldValueJson.ToJson(Otherwise)}");
        return "{" + string.Join(",", entries) + "}";
    }
}
