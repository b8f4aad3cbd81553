using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;

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

        foreach (var rule in map.Fields)
        {
            foreach (var name in rule.Source.Columns)
            {
                if (!columns.TryGetValue(name, out var type)) continue;
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

    private static SourceFinding Wrong(TableId table, string column, SourceColumnType type, string why, string mend) =>
        new("source.type", false, $"{table}.{column} is {type.Sql}", why, mend);
}
