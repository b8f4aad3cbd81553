using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.App.Comparison;

/// <summary>Compares rows with Stripe objects without the state store: what each row desires against the object that carries its key.</summary>
internal sealed class CatalogueComparison(Mapping mapping, IReadOnlyList<TableRow> rows, IReadOnlyDictionary<string, IReadOnlyList<FieldValue.Object>> objects)
{
    private const string KeyField = "metadata.cdc_key";

    public IReadOnlyList<ComparedObject> Compare()
    {
        var result = new List<ComparedObject>();
        foreach (var map in mapping.Resources.Where(m => m.Type.HasMetadata)) // others carry no key: only the state store knows whose they are
        {
            var mine = objects.GetValueOrDefault(map.Type.Name, []).Where(o => ObservedField.Text(o, KeyField) is { } key && IsOf(map, key)).ToLookup(o => ObservedField.Text(o, KeyField)!);
            var compared = new HashSet<string>(StringComparer.Ordinal);
            foreach (var row in rows.Where(r => map.Matches(r.Table)))
            {
                if (map.KeyOf(row.Table, row.Row) is not { } key) continue;
                compared.Add(key.RowText);
                result.Add(CompareRow(map, key.RowText, DesiredState.Of(map, row.Row), [.. mine[key.RowText]]));
            }

            result.AddRange(mine.Where(o => !compared.Contains(o.Key)).Select(o => CompareGone(map, o.Key, [.. o])));
        }

        return result;
    }

    private ComparedObject CompareRow(ResourceMap map, string row, Desired desired, IReadOnlyList<FieldValue.Object> candidates)
    {
        if (desired.Exists != true) return CompareGone(map, row, candidates);
        var current = Current(map, candidates);
        if (current is null)
        {
            var held = desired.Problems.Length > 0 ? $"held: {desired.Problems[0].Message}" : "no object";
            return new ComparedObject(map.Name, row, null, Label(desired), held, [$"no {map.Type.Name} carries {KeyField} {row}: {held}"], null);
        }

        var differences = new List<string>();
        foreach (var (path, field) in desired.Standing(map.Type, around => !current.At(around).IsNone).Fields)
        {
            if (field.Owner is not Owner.Source || LeftToStripe(map, path, field)) continue;
            if (!current.Shows(map.Type, path, field.Value))
                differences.Add($"{path}: row says {Show(field.Value)}, Stripe shows {Show(ObservedField.At(current, path))}");
        }

        if (desired.IsDefault == true && map.Parent is not null) CheckDefault(map, current, differences);
        differences.AddRange(candidates.Where(c => !ReferenceEquals(c, current) && IsActive(c)).Select(c => $"a second current object: {Id(c)}"));
        return new ComparedObject(map.Name, row, Id(current), Label(desired), Label(map, current), differences, current);
    }

    /// <summary>No value, where Stripe cannot be told so: it shows a default of its own (<c>tax_behavior: unspecified</c>), or keeps what it had.</summary>
    private static bool LeftToStripe(ResourceMap map, FieldPath path, DesiredField field) =>
        field.Value.IsNone && (field.OnNull == OnNull.Leave || map.Type.Field(path, FieldUse.Update)?.CanClear != true);

    private static ComparedObject CompareGone(ResourceMap map, string row, IReadOnlyList<FieldValue.Object> candidates)
    {
        var current = Current(map, candidates);
        var expected = map.OnDelete switch { OnDelete.Archive => "archived", OnDelete.Delete => "deleted", _ => "kept" };
        var left = candidates.Where(c => IsActive(c) || (map.OnDelete == OnDelete.Delete && !map.Type.HasActive))
            .Select(c => $"{Id(c)} {(map.Type.HasActive ? "is active" : "is still there")} although its row is gone");
        return new ComparedObject(map.Name, row, current is null ? null : Id(current), $"(row gone: {expected})",
            current is null ? "none" : Label(map, current), map.OnDelete == OnDelete.Keep ? [] : [.. left], current);
    }

    private void CheckDefault(ResourceMap map, FieldValue.Object price, List<string> differences)
    {
        var product = ObservedField.Text(price, map.Parent!.Field.ToString());
        var parent = objects.GetValueOrDefault(map.Parent.Resource, []).FirstOrDefault(o => Id(o) == product);
        if (parent is not null && IsActive(price) && ObservedField.Text(parent, "default_price") is var shown && shown != Id(price))
            differences.Add($"default price of {product}: row says {Id(price)}, Stripe shows {shown ?? "none"}");
    }

    /// <summary>The active object; of several inactive ones the newest (predecessors of a succession are inactive and older).</summary>
    private static FieldValue.Object? Current(ResourceMap map, IReadOnlyList<FieldValue.Object> candidates) =>
        candidates.FirstOrDefault(c => map.Type.HasActive && IsActive(c)) ?? candidates.MaxBy(c => ObservedField.At(c, FieldPath.Parse("created")) is FieldValue.Number n ? n.Value : 0);

    private static bool IsActive(FieldValue.Object o) => ObservedField.Text(o, "active") == "true";

    private static string Id(FieldValue.Object o) => ObservedField.Text(o, "id") ?? "?";

    private static string Label(Desired desired) => string.Join(" ", Labels.Select(l => desired.Fields.GetValueOrDefault(FieldPath.Parse(l))).Where(f => f is { Value.IsNone: false }).Select(f => Show(f!.Value)));

    private static string Label(ResourceMap map, FieldValue.Object o) =>
        string.Join(" ", Labels.Where(l => map.Rule(FieldPath.Parse(l)) is not null).Select(l => ObservedField.At(o, FieldPath.Parse(l))).Where(v => !v.IsNone).Select(Show));

    private static readonly string[] Labels = ["name", "email", "nickname", "unit_amount", "unit_amount_decimal", "currency", "active"];

    /// <summary>The key's table feeds the map, and the key is of this one of the maps that it feeds.</summary>
    private bool IsOf(ResourceMap map, string rowText)
    {
        var prefix = mapping.Resources.Select(r => EntityKey.PrefixOf(r.Name)).FirstOrDefault(p => p.Length > 0 && rowText.StartsWith(p, StringComparison.Ordinal), "");
        return prefix == EntityKey.PrefixOf(map.Name) && map.Matches(TableOf(rowText[prefix.Length..]));
    }

    private static TableId TableOf(string rowText) => TableId.Parse(rowText[..Math.Max(0, rowText.IndexOf('/', StringComparison.Ordinal))]);

    private static string Show(FieldValue value) => value switch
    {
        FieldValue.Text text => text.Value.Length > 40 ? text.Value[..40] + "…" : text.Value,
        _ => FieldValueJson.ToJson(value),
    };
}
