using System.Collections.Immutable;
using System.Text.Json;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping.Evaluation;

/// <summary>A column's value as the type that a field takes, without guessing: what loses or invents something is a problem that says how to convert.</summary>
internal static class FieldCoercion
{
    /// <summary>The value, or why there is none. An empty text or list is no value: Stripe reads it as "clear this".</summary>
    public static (FieldValue? Value, Evaluated.Wrong? Problem) To(FieldType type, ColumnValue value)
    {
        if (value.IsNull) return (FieldValue.Nothing, null);
        if (value.Kind == ColumnKind.Double && ColumnNumber.MayHaveLostDigits(value.AsDouble)) return (null, Conversion.DigitsLost(value, type.Kind == FieldKind.Text));
        return type.Kind switch
        {
            FieldKind.Boolean => ToBoolean(value),
            FieldKind.Integer or FieldKind.Decimal => ToNumber(type, value),
            FieldKind.Text => ToText(type, value),
            FieldKind.List => ToList(type, value),
            FieldKind.Object or FieldKind.Map => ToObject(type, value),
            _ => throw new InvalidOperationException($"{type.Kind} is no field kind"),
        };
    }

    private static (FieldValue?, Evaluated.Wrong?) ToBoolean(ColumnValue value)
    {
        var natural = value.Kind is ColumnKind.Boolean or ColumnKind.Integer or ColumnKind.Decimal or ColumnKind.Double or ColumnKind.Bytes;
        return natural && ColumnBoolean.TryRead(value, out var boolean)
            ? (FieldValue.Of(boolean), null)
            : Refuse(value, "true or false", "say `convert: boolean`, `map` or `compare`");
    }

    private static (FieldValue?, Evaluated.Wrong?) ToNumber(FieldType type, ColumnValue value)
    {
        if (value.Kind is ColumnKind.Date or ColumnKind.Timestamp && type.Kind == FieldKind.Integer) return Refuse(value, "a whole number", "say `convert: unix_seconds`");
        if (value.Kind is ColumnKind.Bytes or ColumnKind.Boolean || !ColumnNumber.TryRead(value, out var number)) return Refuse(value, "a number", Conversion.IsBase64(value) ? Conversion.ScaleLost : "name a numeric column, or say `map`");
        return (FieldValue.Of(number), null);
    }

    private static (FieldValue?, Evaluated.Wrong?) ToText(FieldType type, ColumnValue value)
    {
        if (value.Kind is ColumnKind.Array or ColumnKind.Map) return Refuse(value, "text", "take one item with `path`, or say `convert: string` for its JSON");
        if (value.Kind is ColumnKind.Bytes) return Refuse(value, "text", "say `convert: string` for base64, or name a text column");
        var text = value.ToText()!;
        if (text.Length == 0) return (FieldValue.Nothing, null);
        return (FieldValue.Of(type.Format == FieldFormat.Currency ? text.ToLowerInvariant() : text), null);
    }

    private static (FieldValue?, Evaluated.Wrong?) ToList(FieldType type, ColumnValue value)
    {
        var list = Conversion.ListIn(value);
        if (list.Kind != ColumnKind.Array) return Refuse(value, "a list", "say `convert: { split: \",\" }`, or `[string, …]` by a JSON or array column");
        var items = ImmutableArray.CreateBuilder<FieldValue>();
        foreach (var item in list.AsArray)
        {
            var (fitted, problem) = To(type.Items!, item);
            if (problem is not null) return (null, problem);
            if (fitted!.IsNone) return Refuse(value, "a list without nulls", "remove the empty items in the database");
            items.Add(fitted);
        }

        return (items.Count == 0 ? FieldValue.Nothing : new FieldValue.List(items.ToImmutable()), null);
    }

    private static (FieldValue?, Evaluated.Wrong?) ToObject(FieldType type, ColumnValue value)
    {
        var json = value.Kind switch
        {
            ColumnKind.Json or ColumnKind.Text => value.AsText,
            ColumnKind.Map => ColumnValueJson.ToPlainJson(value),
            _ => null,
        };
        if (json is null) return Refuse(value, "an object", "name a JSON column, or map its members one by one");
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Null) return (FieldValue.Nothing, null);
            return document.RootElement.ValueKind == JsonValueKind.Object ? ToMembers(type, document.RootElement) : Refuse(value, "an object", "map its members one by one");
        }
        catch (Exception e) when (JsonFaults.Is(e))
        {
            return Refuse(value, "an object", "name a JSON column, or map its members one by one");
        }
    }

    private static (FieldValue?, Evaluated.Wrong?) ToMembers(FieldType type, JsonElement json)
    {
        var members = ImmutableSortedDictionary.CreateBuilder<string, FieldValue>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
        {
            var memberType = type.Kind == FieldKind.Map ? type.Items : type.Members.GetValueOrDefault(property.Name);
            if (memberType is null) return (null, new Evaluated.Wrong($"Stripe knows no member '{property.Name}' here", $"it has {string.Join(", ", type.Members.Keys)}: map these one by one with `path`"));
            var (fitted, problem) = To(memberType, JsonSteps.Column(property.Value));
            if (problem is not null) return (null, problem with { Message = $"{property.Name}: {problem.Message}" });
            if (!fitted!.IsNone) members[property.Name] = fitted;
        }

        var complete = members.Count > 0 && type.Members.All(m => !m.Value.Required || members.ContainsKey(m.Key));
        return (complete ? new FieldValue.Object(members.ToImmutable()) : FieldValue.Nothing, null);
    }

    private static (FieldValue?, Evaluated.Wrong?) Refuse(ColumnValue value, string wanted, string hint) =>
        (null, new Evaluated.Wrong($"'{Shown.Of(value)}' ({value.Kind.ToString().ToLowerInvariant()}) is not {wanted}", hint));
}
