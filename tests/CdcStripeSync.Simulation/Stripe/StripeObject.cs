using System.Collections.Immutable;
using System.Globalization;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Simulation.Stripe;

/// <summary>One object, its fields by the names that forms use: <c>name</c>, <c>metadata[sku]</c>.</summary>
internal sealed class StripeObject(string id, string collection, long created)
{
    private FieldValue.Object? _shown;

    public string Id => id;

    public string Collection => collection;

    public long Created => created;

    public bool IsActive { get; set; } = true;

    public SortedDictionary<string, string> Fields { get; } = new(StringComparer.Ordinal);

    public string? this[string field] => Fields.GetValueOrDefault(field);

    /// <summary>The row it was made for: <c>public.prices/12</c>.</summary>
    public string Row => Fields.GetValueOrDefault("metadata[cdc_key]", "");

    /// <summary>Whether setting the field to this would change nothing; empty clears.</summary>
    public bool Shows(string field, string value) => field == "active" ? IsActive == (value == "true") : (this[field] ?? "") == value;

    public void Set(string field, string value)
    {
        _shown = null;
        if (field == "active") IsActive = value == "true";
        else if (value.Length == 0) Fields.Remove(field);
        else Fields[field] = value;
    }

    public FieldValue.Object Show() => _shown ??= Build();

    private FieldValue.Object Build()
    {
        var members = ImmutableSortedDictionary.CreateBuilder<string, FieldValue>(StringComparer.Ordinal);
        var metadata = ImmutableSortedDictionary.CreateBuilder<string, FieldValue>(StringComparer.Ordinal);
        members["id"] = FieldValue.Of(id);
        members["object"] = FieldValue.Of(collection[..^1]);
        members["created"] = FieldValue.Of(ExactDecimal.Parse(created.ToString(CultureInfo.InvariantCulture)));
        if (collection != "customers") members["active"] = FieldValue.Of(IsActive);
        foreach (var name in Nullable()) members[name] = FieldValue.Nothing;
        foreach (var (field, value) in Fields)
        {
            if (field.StartsWith("metadata[", StringComparison.Ordinal)) metadata[field[9..^1]] = FieldValue.Of(value);
            else members[field] = FieldValue.Of(value);
        }

        members["metadata"] = new FieldValue.Object(metadata.ToImmutable());
        if (collection == "prices")
        {
            members["billing_scheme"] = FieldValue.Of("per_unit");
            if (Fields.TryGetValue("unit_amount_decimal", out var cents)) members["unit_amount"] = FieldValue.Of(ExactDecimal.Parse(cents));
        }

        return new FieldValue.Object(members.ToImmutable());
    }

    private string[] Nullable() => collection switch
    {
        "products" => ["description", "default_price", "tax_code"],
        "prices" => ["nickname", "lookup_key"],
        _ => ["email", "name"],
    };
}
