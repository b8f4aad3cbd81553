using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Postgres.Source;

/// <summary>Whether columns' types can give what the mapping's rules make of them. Pure.</summary>
internal static class ColumnFitness
{
    private static readonly HashSet<string> Numbers = new(StringComparer.Ordinal) { "int2", "int4", "int8", "numeric", "money", "text", "varchar", "bpchar" };
    private static readonly HashSet<string> Floats = new(StringComparer.Ordinal) { "float4", "float8" };
    private static readonly HashSet<string> Structured = new(StringComparer.Ordinal) { "json", "jsonb", "hstore", "text", "varchar", "bpchar" };

    /// <summary>Types whose columns the connector leaves out unless <c>include.unknown.datatypes</c> is set, and which could not be read then either.</summary>
    private static readonly HashSet<string> LeftOut = new(StringComparer.Ordinal)
    {
        "box", "circle", "line", "lseg", "path", "polygon", "tsquery", "pg_lsn", "pg_snapshot", "txid_snapshot", "jsonpath", "regclass", "regproc", "regtype", "refcursor",
    };

    public static IEnumerable<SourceFinding> Judge(ResourceMap map, TableId table, IReadOnlyDictionary<string, SourceColumnType> columns)
    {
        foreach (var name in map.Columns)
        {
            if (columns.TryGetValue(name, out var type) && (type.Kind == 'c' || LeftOut.Contains(type.Name)))
                yield return Wrong(table, name, type, "the connector leaves columns of this type out", $"map another column, or add one that the database keeps: ALTER TABLE {SqlName.Of(table)} ADD COLUMN … GENERATED ALWAYS AS (…) STORED;");
        }

        foreach (var finding in Conditions(map, table, columns)) yield return finding;
        foreach (var rule in map.Fields)
        {
            foreach (var name in rule.Source.Columns)
            {
                if (!columns.TryGetValue(name, out var type)) continue;
                if (IsMajorUnits(rule, type))
                    yield return Wrong(table, name, type, $"{map.Name}.{rule.Path} counts the smallest unit: 49.90 would be sent as 49.90 cents", $"say convert: minor_units for {map.Name}.{rule.Path}, or convert: decimal where the column holds fractions of a cent");
                if (rule.JsonPath is not null && !type.IsArray && !Structured.Contains(type.Name))
                    yield return Wrong(table, name, type, $"{map.Name}.{rule.Path} takes a path into it, and it holds no JSON", $"correct path: of {map.Name}.{rule.Path} in the mapping");
                if (rule.JsonPath is not null || !rule.Converters.Any(c => c is Converter.MinorUnits)) continue;
                if (Floats.Contains(type.Name))
                    yield return Wrong(table, name, type, $"{map.Name}.{rule.Path} is money, and binary fractions do not hold it exactly", $"ALTER TABLE {SqlName.Of(table)} ALTER COLUMN {SqlName.Of(name)} TYPE numeric(19, 4);");
                else if (type.IsArray || !Numbers.Contains(type.Name))
                    yield return Wrong(table, name, type, $"{map.Name}.{rule.Path} is money, and this is no number", $"correct {map.Name}.{rule.Path} in the mapping");
            }
        }
    }

    /// <summary>A column with decimals that feeds an amount without a word on its unit: shop databases keep money so, Stripe does not.</summary>
    private static bool IsMajorUnits(FieldRule rule, SourceColumnType type) =>
        AmountFields.IsUnitUnsaid(rule) && rule.JsonPath is null && !type.IsArray
        && (type.Name is "money" || Floats.Contains(type.Name) || (type.Name == "numeric" && (type.Modifier < 0 || ((type.Modifier - 4) & 0x7ff) != 0)));

    /// <summary>Tests that no value of the column's type could pass or fail: every row would be held.</summary>
    private static IEnumerable<SourceFinding> Conditions(ResourceMap map, TableId table, IReadOnlyDictionary<string, SourceColumnType> columns)
    {
        foreach (var (member, condition) in new[] { ("exists_when", map.ExistsWhen), ("default_when", map.DefaultWhen) })
        {
            foreach (var test in condition?.Tests ?? [])
            {
                if (!columns.TryGetValue(test.Column, out var type) || type.IsArray || Sample(type) is not { } sample || test.Comparison.Of(sample) != ComparisonResult.Incomparable) continue;
                yield return Wrong(
                    table, test.Column, type, $"{member} of {map.Name} compares it with what such a column never holds ({test}), and every row would wait",
                    $"correct {member} of {map.Name} in the mapping{(type.Name == "bool" ? ": true or false, without quotes" : "")}");
            }
        }
    }

    private static ColumnValue? Sample(SourceColumnType type) => type.Name switch
    {
        "bool" => ColumnValue.Of(true),
        "int2" or "int4" or "int8" => ColumnValue.Of(1),
        "numeric" => ColumnValue.Of(ExactDecimal.FromInt64(1)),
        "timestamptz" or "timestamp" => ColumnValue.Date(1),
        "date" => ColumnValue.Date(1),
        _ => null,
    };

    private static SourceFinding Wrong(TableId table, string column, SourceColumnType type, string why, string mend) =>
        new("source.type", false, $"{table}.{column} is {type.Sql}", why, mend);
}
