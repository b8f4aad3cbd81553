using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>What must hold between the parts of one resource's entry.</summary>
internal sealed class ResourceChecks(ErrorList errors, Members members, ResourceType type)
{
    /// <summary>Pairs of which Stripe takes one: the amount whole or with decimals.</summary>
    private static readonly ImmutableArray<(string, string)> Exclusive = [("unit_amount", "unit_amount_decimal"), ("amount", "amount_decimal")];

    private static readonly ImmutableArray<string> PriceAmounts = ["unit_amount_decimal", "unit_amount", "custom_unit_amount", "tiers"];

    private static readonly ImmutableArray<string> PlanAmounts = ["amount_decimal", "amount", "tiers"];

    /// <param name="map">The entry as far as it could be read.</param>
    /// <param name="covered">Every path that has a rule, sound or not.</param>
    public void Run(ResourceMap map, ImmutableArray<FieldPath> covered)
    {
        if (!members.HasOrMeant("fields")) return;
        CheckParent(map, covered);
        CheckRequired(map, covered);
        CheckAmounts(covered);
        CheckCurrency(map, covered);
    }

    private void CheckParent(ResourceMap map, ImmutableArray<FieldPath> covered)
    {
        if (map.Parent is { } parent && covered.Any(parent.Field.Contains)) ErrorAtFields($"'{parent.Field}' is filled by `parent`", "remove the rule", parent.Field);
        if (type.ParentFields.Count == 0 || members.HasOrMeant("parent")) return;
        if (type.Name is not ("price" or "product_feature") || covered.Any(c => c.Root == "product")) return;
        errors.Add(members.At, members.PathOf("parent"), $"a {type.Name} needs its product", "say `parent: { product: column }`");
    }

    private void CheckRequired(ResourceMap map, ImmutableArray<FieldPath> covered)
    {
        var parentRoot = map.Parent?.Field.Root ?? (members.HasOrMeant("parent") && type.ParentFields.Count > 0 ? type.ParentFields.Values.First().Root : null);
        foreach (var (name, field) in type.Fields.Where(f => f.Value is { Required: true, InCreate: true }))
        {
            if (name == parentRoot || covered.Any(c => c.Root == name)) continue;
            ErrorAtFields($"'{name}' is missing: Stripe requires it to create a {type.Name}", "map it or give a constant");
        }

        foreach (var rule in map.Fields.Where(f => f.Owner == Owner.Stripe && f.Type.Required && f.Path.IsRoot))
        {
            ErrorAtFields("Stripe requires it at creation, so Stripe cannot own it", "say `owner: source_on_create`", rule.Path);
        }

        foreach (var outer in covered.SelectMany(Around).Distinct())
        {
            if (type.Field(outer) is not { Kind: FieldKind.Object } around || outer == map.Parent?.Field.Parent) continue;
            foreach (var name in around.Members.Where(m => m.Value.Required).Select(m => m.Key))
            {
                var path = outer.Append(name);
                if (!covered.Any(c => path.Contains(c) || c.Contains(path))) ErrorAtFields($"'{path}' is missing: Stripe requires it in '{outer}'", "map it or give a constant", covered.First(outer.Contains));
            }
        }
    }

    private void CheckAmounts(ImmutableArray<FieldPath> covered)
    {
        foreach (var path in covered)
        {
            foreach (var (whole, exact) in Exclusive)
            {
                if (path.Leaf == whole && covered.Any(c => c.Leaf == exact && c.Parent == path.Parent)) ErrorAtFields($"'{exact}' is mapped too, and Stripe takes only one of the two", "keep unit_amount_decimal: it holds every amount".Replace("unit_amount_decimal", exact, StringComparison.Ordinal), path);
            }
        }

        var amounts = type.Name switch
        {
            "price" => PriceAmounts,
            "plan" => PlanAmounts,
            _ => [],
        };
        if (amounts.Length > 0 && !covered.Any(c => amounts.Contains(c.Root))) ErrorAtFields($"no amount: one of {string.Join(", ", amounts)} is needed", "say `unit_amount_decimal: { column: amount, convert: minor_units }`".Replace("unit_amount_decimal", amounts[0], StringComparison.Ordinal));
    }

    private void CheckCurrency(ResourceMap map, ImmutableArray<FieldPath> covered)
    {
        foreach (var rule in map.Fields.Where(f => f.Converters.Any(c => c is Converter.MinorUnits)))
        {
            if (rule.Path.Root == "currency_options" || covered.Any(c => c.Root == "currency")) continue;
            ErrorAtFields("minor_units needs to know the currency", "map `currency` of the same row, or store the amount in the smallest unit", rule.Path);
        }
    }

    /// <summary>At one field's key, or where <c>fields</c> stands.</summary>
    private void ErrorAtFields(string message, string hint, FieldPath? field = null)
    {
        var path = members.PathOf("fields");
        var node = members.Node("fields") as YamlNode.Map;
        var entry = node?.Entries.FirstOrDefault(e => field is not null && e.Key.Text == field.ToString());
        if (entry is { Key: { } key }) errors.Add(key.At, $"{path}.{field}", message, hint);
        else errors.Add(members.Has("fields") ? members.MarkOf("fields") : members.At, path, message, hint);
    }

    private static IEnumerable<FieldPath> Around(FieldPath path)
    {
        for (var outer = path.Parent; outer is not null; outer = outer.Value.Parent) yield return outer.Value;
    }
}
