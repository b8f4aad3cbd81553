using System.Globalization;
using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Schema;

/// <summary>Turns parameters as sent into typed JSON, or ends the request with the error Stripe's validation gives.</summary>
/// <remarks>A cleared field ("" where allowed) becomes JSON null; a map's values may always be "".</remarks>
internal static class ParameterReader
{
    public static JsonObject Read(ParameterSchema schema, ParameterNode root) => ReadObject(schema, root, "");

    private static JsonObject ReadObject(ParameterSchema schema, ParameterNode node, string path)
    {
        var members = node.Members ?? throw StripeErrorException.Invalid(null, "Invalid object", path);
        var unknown = members.Keys.Where(k => !schema.Properties.ContainsKey(k)).ToList();
        if (unknown.Count > 0)
        {
            throw StripeErrorException.Invalid("parameter_unknown",
                $"Received unknown parameter{(unknown.Count > 1 ? "s" : "")}: {string.Join(", ", unknown)}", Join(path, unknown[0]));
        }

        foreach (var required in schema.Required)
        {
            if (!members.ContainsKey(required))
                throw StripeErrorException.Invalid("parameter_missing", $"Missing required param: {Join(path, required)}.", Join(path, required));
        }

        var result = new JsonObject();
        foreach (var (name, member) in members) result[name] = ReadValue(schema.Properties[name], member, Join(path, name));
        return result;
    }

    private static JsonNode? ReadValue(ParameterSchema schema, ParameterNode node, string path)
    {
        if (node is { Text.Length: 0, Members: null })
        {
            if (schema.CanClear) return null;
            throw StripeErrorException.Invalid("parameter_invalid_empty",
                $"You passed an empty string for '{path}'. We assume empty values are an attempt to unset a parameter; however '{path}' cannot be unset. You should remove '{path}' from your request or supply a non-empty value.",
                path);
        }

        return schema.Kind switch
        {
            ParameterKind.Object => ReadObject(schema, node, path),
            ParameterKind.Map => ReadMap(schema.Element!, node, path),
            ParameterKind.Array => ReadArray(schema.Element!, node, path),
            ParameterKind.Alternatives => ReadValue(Choose(schema.Alternatives, node), node, path),
            ParameterKind.Text or ParameterKind.Integer or ParameterKind.Boolean or ParameterKind.Number or ParameterKind.Decimal
                => ReadScalar(schema, node.Text ?? throw StripeErrorException.Invalid(null, $"Invalid string: {path}", path), path),
            _ => throw new InvalidOperationException($"Unknown parameter kind {schema.Kind}."),
        };
    }

    private static JsonObject ReadMap(ParameterSchema element, ParameterNode node, string path)
    {
        var result = new JsonObject();
        foreach (var (name, member) in node.Members ?? throw StripeErrorException.Invalid(null, "Invalid object", path))
            result[name] = member.Text == "" && element.Kind == ParameterKind.Text ? "" : ReadValue(element, member, Join(path, name));
        return result;
    }

    private static JsonArray ReadArray(ParameterSchema element, ParameterNode node, string path)
    {
        var members = node.Members;
        if (members is null || members.Keys.Any(k => !int.TryParse(k, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            throw StripeErrorException.Invalid(null, "Invalid array", path);
        var result = new JsonArray();
        foreach (var (index, member) in members.OrderBy(m => int.Parse(m.Key, CultureInfo.InvariantCulture)))
            result.Add(ReadValue(element, member, Join(path, index)));
        return result;
    }

    private static ParameterSchema Choose(IReadOnlyList<ParameterSchema> alternatives, ParameterNode node) =>
        alternatives.FirstOrDefault(a => node.Members is not null ? a.Kind is ParameterKind.Object or ParameterKind.Map or ParameterKind.Array
            : a.Enum is { } values ? values.Contains(node.Text!)
            : a.Kind is not (ParameterKind.Object or ParameterKind.Map or ParameterKind.Array)) ?? alternatives[0];

    private static JsonValue ReadScalar(ParameterSchema schema, string text, string path)
    {
        switch (schema.Kind)
        {
            case ParameterKind.Integer:
                return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
                    ? JsonValue.Create(integer)
                    : throw StripeErrorException.Invalid("parameter_invalid_integer", $"Invalid integer: {text}", path);
            case ParameterKind.Boolean:
                return text switch
                {
                    "true" => JsonValue.Create(true),
                    "false" => JsonValue.Create(false),
                    _ => throw StripeErrorException.Invalid(null, $"Invalid boolean: {text}", path),
                };
            case ParameterKind.Number:
                return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                    ? JsonValue.Create(number)
                    : throw StripeErrorException.Invalid(null, $"Invalid decimal: {text}", path);
            case ParameterKind.Decimal:
                return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
                    ? JsonValue.Create(text)
                    : throw StripeErrorException.Invalid(null, $"Invalid decimal: {text}", path);
            case ParameterKind.Text:
                if (schema.Enum is { } values && !values.Contains(text))
                    throw StripeErrorException.Invalid(null, $"Invalid {path}: must be one of {Words(values)}", path);
                if (text.Length > schema.MaxLength)
                    throw StripeErrorException.Invalid(null, $"Invalid string: {Shorten(text)}; must be at most {schema.MaxLength} characters", path);
                return JsonValue.Create(text);
            case ParameterKind.Object or ParameterKind.Map or ParameterKind.Array or ParameterKind.Alternatives:
            default:
                throw new InvalidOperationException($"{schema.Kind} is no scalar.");
        }
    }

    private static string Words(IReadOnlyList<string> values) => values.Count switch
    {
        1 => values[0],
        2 => $"{values[0]} or {values[1]}",
        _ => $"{string.Join(", ", values.Take(values.Count - 1))}, or {values[^1]}",
    };

    private static string Shorten(string text) => text.Length <= 9 ? text : $"{text[..4]}...{text[^4..]}";

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}[{name}]";
}
