using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>Constants against the type of the field that they are for.</summary>
internal static class ConstantReader
{
    /// <summary>The same of a value that is sent as it stands: an empty text or list is none, and Stripe would read it as "clear this".</summary>
    public static FieldValue? ReadConstant(ErrorList errors, YamlNode node, string path, FieldPath field, FieldType type)
    {
        if (Read(errors, node, path, field, type) is not { } value) return null;
        if (!HoldsNothing(value)) return value;
        errors.Add(node.At, path, "an empty text or list is no value: Stripe would read it as \"clear this\"", "remove the rule to leave the field alone");
        return null;
    }

    /// <summary>The value as the field takes it; null where it was reported.</summary>
    public static FieldValue? Read(ErrorList errors, YamlNode node, string path, FieldPath field, FieldType type)
    {
        if (node is YamlNode.Scalar { IsNull: true })
        {
            errors.Add(node.At, path, "a constant needs a value", "remove the rule to leave the field alone");
            return null;
        }

        if (field.IsMetadataKey && node is YamlNode.Scalar text) return Checked(errors, text, path, field, FieldValue.Of(text.Text), type);
        var value = Fit(Literals.Read(node), type);
        if (value is not null) return Checked(errors, node, path, field, value, type);
        var (misfit, hint) = Misfit(Literals.Read(node), type, node.Noun);
        errors.Add(node.At, path, misfit, hint);
        return null;
    }

    /// <summary>What a field's kind is called.</summary>
    public static string Noun(FieldType type) => type.Kind switch
    {
        FieldKind.Boolean => "true or false",
        FieldKind.Integer => "a whole number",
        FieldKind.Decimal => "a number",
        FieldKind.Text => "text",
        FieldKind.List => "a list",
        FieldKind.Object or FieldKind.Map => "an object",
        _ => throw new InvalidOperationException($"{type.Kind} has no noun"),
    };

    private static bool HoldsNothing(FieldValue value) => value switch
    {
        FieldValue.Text text => text.Value.Length == 0,
        FieldValue.List list => list.Items.IsEmpty || list.Items.Any(HoldsNothing),
        FieldValue.Object o => o.Members.IsEmpty || o.Members.Values.Any(HoldsNothing),
        _ => false,
    };

    private static FieldValue? Checked(ErrorList errors, YamlNode node, string path, FieldPath field, FieldValue value, FieldType type)
    {
        if ((FieldLimits.Check(value, type) ?? AmountFields.CheckCurrencies(field, value)) is not { } problem) return value;
        errors.Add(node.At, path, problem.Message, problem.Hint);
        return null;
    }

    private static FieldValue? Fit(FieldValue value, FieldType type) => (type.Kind, value) switch
    {
        (FieldKind.Boolean, FieldValue.Boolean) => value,
        (FieldKind.Integer, FieldValue.Number { Value.IsInteger: true }) => value,
        (FieldKind.Decimal, FieldValue.Number) => value,
        (FieldKind.Decimal, FieldValue.Text text) when ExactDecimal.TryParse(text.Value, out var number) => FieldValue.Of(number),
        (FieldKind.Text, FieldValue.Text text) => type.Format == FieldFormat.Currency ? FieldValue.Of(text.Value.ToLowerInvariant()) : text,
        (FieldKind.List, FieldValue.List list) => FitItems(list, type),
        (FieldKind.Object or FieldKind.Map, FieldValue.Object o) => FitMembers(o, type),
        _ => null,
    };

    private static FieldValue.List? FitItems(FieldValue.List list, FieldType type)
    {
        var items = list.Items.Select(i => Fit(i, type.Items!)).ToList();
        return items.Contains(null) ? null : new FieldValue.List([.. items.Select(i => i!)]);
    }

    private static FieldValue.Object? FitMembers(FieldValue.Object value, FieldType type)
    {
        var members = ImmutableSortedDictionary.CreateBuilder<string, FieldValue>(StringComparer.Ordinal);
        foreach (var (name, member) in value.Members)
        {
            var memberType = TypeOf(type, name);
            if (memberType is null || FitMember(name, member, memberType) is not { } fitted) return null;
            members[name] = fitted;
        }

        return new FieldValue.Object(members.ToImmutable());
    }

    /// <summary>A tier ends at a number, or at the text <c>inf</c>: the catalogue has it as text.</summary>
    private static FieldValue? FitMember(string name, FieldValue value, FieldType type) =>
        Fit(name == "up_to" && value is FieldValue.Number { Value.IsInteger: true } number ? FieldValue.Of(number.Value.ToString()) : value, type);

    /// <summary>Of a value that does not fit, the part that does not.</summary>
    private static (string Message, string? Hint) Misfit(FieldValue value, FieldType type, string noun)
    {
        if ((type.Kind, value) is (FieldKind.List, FieldValue.List list))
        {
            var at = Enumerable.Range(0, list.Items.Length).First(i => Fit(list.Items[i], type.Items!) is null);
            return Within($"item {at + 1}", list.Items[at], type.Items!);
        }

        if (type.Kind is FieldKind.Object or FieldKind.Map && value is FieldValue.Object o)
        {
            var (name, member) = o.Members.First(m => TypeOf(type, m.Key) is not { } known || FitMember(m.Key, m.Value, known) is null);
            return TypeOf(type, name) is { } memberType
                ? Within(name, member, memberType)
                : ($"Stripe knows no member '{name}' here", $"it has {string.Join(", ", type.Members.Keys)}");
        }

        return ($"{noun} is not {Noun(type)}", type.Kind == FieldKind.Text && value is (FieldValue.Number or FieldValue.Boolean) ? "write it in quotes" : null);

        static (string, string?) Within(string where, FieldValue part, FieldType type)
        {
            var (message, hint) = Misfit(part, type, FieldValueJson.ToJson(part));
            return ($"{where}: {message}", hint);
        }
    }

    private static FieldType? TypeOf(FieldType type, string member) => type.Kind == FieldKind.Map ? type.Items : type.Members.GetValueOrDefault(member);
}
