using System.Collections.Immutable;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>YAML values as literals: plain <c>true</c>, <c>null</c> and numbers mean themselves, everything else is text.</summary>
internal static class Literals
{
    public static FieldValue Read(YamlNode.Scalar scalar)
    {
        if (scalar.IsNull) return FieldValue.Nothing;
        if (!scalar.IsPlain) return FieldValue.Of(scalar.Text);
        return scalar.Text switch
        {
            "true" or "True" or "TRUE" => FieldValue.Of(true),
            "false" or "False" or "FALSE" => FieldValue.Of(false),
            var text when ExactDecimal.TryParse(text, out var number) => FieldValue.Of(number),
            var text => FieldValue.Of(text),
        };
    }

    /// <summary>A value of any depth.</summary>
    public static FieldValue Read(YamlNode node) => node switch
    {
        YamlNode.Scalar scalar => Read(scalar),
        YamlNode.List list => new FieldValue.List([.. list.Items.Select(Read)]),
        YamlNode.Map map => new FieldValue.Object(map.Entries
            .GroupBy(e => e.Key.Text, StringComparer.Ordinal)
            .ToImmutableSortedDictionary(g => g.Key, g => Read(g.First().Value), StringComparer.Ordinal)),
        _ => throw new InvalidOperationException($"{node.GetType().Name} is no value"),
    };
}
