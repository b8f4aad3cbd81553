using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Catalogue;

/// <summary>Reads the compact form that <c>eng/catalogue/derive.mjs</c> writes; its members are explained there.</summary>
internal static class CatalogueJson
{
    public static ResourceType ReadResource(string name, JsonElement json) =>
        new(name, json.GetProperty("path").GetString()!, ReadFields(json.GetProperty("fields")))
        {
            CanUpdate = json.GetProperty("update").GetBoolean(),
            FixedAtCreation = json.GetProperty("fixed").GetBoolean(),
            Unmappable = json.GetProperty("unmappable").EnumerateObject()
                .ToImmutableSortedDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal),
            CanDelete = json.GetProperty("delete").GetBoolean(),
            ListFilters = Texts(json, "filters").ToFrozenSet(StringComparer.Ordinal),
            Actions = Texts(json, "actions"),
            ParentFields = json.GetProperty("parents").EnumerateObject()
                .ToImmutableSortedDictionary(p => p.Name, p => FieldPath.Parse(p.Value.GetString()!), StringComparer.Ordinal),
        };

    private static ImmutableSortedDictionary<string, FieldType> ReadFields(JsonElement json) =>
        json.EnumerateObject().ToImmutableSortedDictionary(f => f.Name, f => ReadField(f.Value), StringComparer.Ordinal);

    private static FieldType ReadField(JsonElement json)
    {
        var kind = json.GetProperty("k").GetString() switch
        {
            "boolean" => FieldKind.Boolean,
            "integer" => FieldKind.Integer,
            "decimal" => FieldKind.Decimal,
            "text" => FieldKind.Text,
            "list" => FieldKind.List,
            "object" => FieldKind.Object,
            "map" => FieldKind.Map,
            var other => throw new FormatException($"'{other}' is not a field kind"),
        };
        return new FieldType(kind)
        {
            InCreate = json.TryGetProperty("c", out _),
            InUpdate = json.TryGetProperty("u", out _),
            Required = json.TryGetProperty("r", out _),
            CanClear = json.TryGetProperty("e", out _),
            MaxLength = Number(json, "n"),
            MaxItems = Number(json, "maxItems"),
            DecimalPlaces = Number(json, "places"),
            Minimum = Decimal(json, "min"),
            Maximum = Decimal(json, "max"),
            EnumValues = Texts(json, "v"),
            Default = json.TryGetProperty("default", out var value) ? FieldValueJson.Read(value) : FieldValue.Nothing,
            IsChosenByStripe = json.TryGetProperty("chosen", out _),
            Format = json.TryGetProperty("format", out var format) ? Format(format.GetString()) : FieldFormat.None,
            Items = json.TryGetProperty("i", out var items) ? ReadField(items) : null,
            Members = json.TryGetProperty("m", out var members) ? ReadFields(members) : ImmutableSortedDictionary.Create<string, FieldType>(StringComparer.Ordinal),
        };
    }

    private static FieldFormat Format(string? name) => name switch
    {
        "unix-time" => FieldFormat.UnixTime,
        "currency" => FieldFormat.Currency,
        "statement_descriptor" => FieldFormat.StatementDescriptor,
        _ => throw new FormatException($"'{name}' is not a field format"),
    };

    private static int? Number(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetInt32() : null;

    private static ExactDecimal? Decimal(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? ExactDecimal.Parse(value.GetString()!) : null;

    private static ImmutableArray<string> Texts(JsonElement json, string name) =>
        json.TryGetProperty(name, out var values) ? [.. values.EnumerateArray().Select(v => v.GetString()!)] : [];
}
