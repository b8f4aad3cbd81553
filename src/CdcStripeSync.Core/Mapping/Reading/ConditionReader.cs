using System.Collections.Immutable;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>MAPPING's conditions and comparisons.</summary>
internal static class ConditionReader
{
    public static Condition? Read(ErrorList errors, YamlNode node, string path)
    {
        if (node is not YamlNode.Map { Entries.Length: > 0 } map)
        {
            errors.Add(node.At, path, $"expected a condition, found {node.Noun}", "write { column: value }, for instance { deleted_at: null }");
            return null;
        }

        var tests = ImmutableArray.CreateBuilder<ColumnTest>();
        foreach (var (key, value) in map.Entries)
        {
            var at = $"{path}.{key.Text}";
            if (tests.Any(t => t.Column == key.Text)) errors.Add(key.At, at, $"'{key.Text}' is given twice", "put several tests of a column into one: { ge: 1, lt: 9 }");
            var comparison = value switch
            {
                YamlNode.Scalar scalar => Comparison.EqualTo(Literals.Read(scalar)),
                YamlNode.Map tested => ReadComparison(errors, tested, at),
                _ => null,
            };
            if (value is YamlNode.List) errors.Add(value.At, at, "a list is not a literal", "write { in: […] }");
            if (comparison is not null) tests.Add(new ColumnTest(key.Text, comparison));
        }

        return tests.Count == 0 ? null : new Condition(tests.ToImmutable());
    }

    public static Comparison? ReadComparison(ErrorList errors, YamlNode node, string path)
    {
        if (node is not YamlNode.Map { Entries.Length: > 0 } map)
        {
            errors.Add(node.At, path, $"expected a comparison, found {node.Noun}", "write for instance { gt: 0 }");
            return null;
        }

        var members = new Members(errors, map, path, [.. Words.Operators.Keys]);
        var tests = ImmutableArray.CreateBuilder<ComparisonTest>();
        foreach (var name in members.Names)
        {
            var test = Words.Operators[name];
            if (ReadLiterals(errors, members.Node(name)!, members.PathOf(name), test) is { } literals) tests.Add(new ComparisonTest(test, literals));
        }

        return tests.Count == 0 ? null : new Comparison(tests.ToImmutable());
    }

    private static ImmutableArray<FieldValue>? ReadLiterals(ErrorList errors, YamlNode node, string path, ComparisonOperator test)
    {
        if (test == ComparisonOperator.In)
        {
            if (node is YamlNode.List { Items.Length: > 0 } list && list.Items.All(i => i is YamlNode.Scalar)) return [.. list.Items.Select(Literals.Read)];
            errors.Add(node.At, path, $"expected a list of literals, found {node.Noun}");
            return null;
        }

        var ordered = test is not (ComparisonOperator.Eq or ComparisonOperator.Ne);
        if (node is YamlNode.Scalar scalar && !(ordered && (scalar.IsNull || Literals.Read(scalar) is FieldValue.Boolean))) return [Literals.Read(scalar)];
        errors.Add(node.At, path, $"{node.Noun} cannot be compared so", ordered ? "give a number, a text or a date" : "give one literal; for several use `in`");
        return null;
    }
}
