using CdcStripeSync.Core.Catalogue;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>Whether what a rule's last step makes can ever be what its field takes.</summary>
internal static class RuleTypes
{
    /// <summary>What is wrong and what to do; null where the rule may fit. A map is checked value by value elsewhere.</summary>
    public static (string Member, string Message, string Hint)? Check(FieldRule rule)
    {
        if (rule.Map is not null) return null;
        var takes = $"{rule.Path} takes {ConstantReader.Noun(rule.Type)}";
        if (rule.Compare is not null)
        {
            return rule.Type.Kind == FieldKind.Boolean || rule.Path.IsMetadataKey
                ? null
                : ("compare", $"a comparison gives true or false, and {takes}", "add `map: { true: …, false: … }`");
        }

        return rule.Converters.Length > 0 && !Fits(rule.Converters[^1], rule)
            ? ("convert", $"`{rule.Converters[^1]}` gives {Noun(rule.Converters[^1])}, and {takes}", "remove the converter, or map another field")
            : null;
    }

    private static bool Fits(Converter last, FieldRule rule)
    {
        var kind = rule.Type.Kind;
        return last switch
        {
            Converter.MinorUnits or Converter.ToInteger or Converter.ToDecimal or Converter.UnixSeconds =>
                kind is FieldKind.Integer or FieldKind.Decimal || (kind == FieldKind.Text && last is not Converter.MinorUnits) || rule.Path.IsMetadataKey,
            Converter.ToBoolean => kind == FieldKind.Boolean || rule.Path.IsMetadataKey,
            Converter.Split or Converter.Take => kind == FieldKind.List,
            Converter.ToText => kind is not (FieldKind.Boolean or FieldKind.Object or FieldKind.Map),
            Converter.Lower or Converter.Upper or Converter.Trim or Converter.Truncate => kind is not (FieldKind.Boolean or FieldKind.Object or FieldKind.Map),
            _ => throw new InvalidOperationException($"{last.GetType().Name} is no converter"),
        };
    }

    private static string Noun(Converter converter) => converter switch
    {
        Converter.MinorUnits or Converter.ToInteger or Converter.ToDecimal or Converter.UnixSeconds => "a number",
        Converter.ToBoolean => "true or false",
        Converter.Split or Converter.Take => "a list",
        Converter.ToText or Converter.Lower or Converter.Upper or Converter.Trim or Converter.Truncate => "text",
        _ => throw new InvalidOperationException($"{converter.GetType().Name} is no converter"),
    };
}
