using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>What must hold between the parts of one resource's entry.</summary>
internal sealed class ResourceChecks(ErrorList errors, Members members, ResourceType type)
{
    private readonly FieldErrors _fields = new(errors, members);

    /// <param name="map">The entry as far as it could be read.</param>
    /// <param name="covered">Every path that has a rule, sound or not.</param>
    public void Run(ResourceMap map, ImmutableArray<FieldPath> covered)
    {
        if (!members.HasOrMeant("fields")) return;
        CheckParent(map, covered);
        CheckRequired(map, covered);
        new AmountChecks(_fields, type).Run(map, covered);
    }

    private void CheckParent(ResourceMap map, ImmutableArray<FieldPath> covered)
    {
        if (map.Parent is { } parent && covered.Any(parent.Field.Contains)) _fields.Add($"'{parent.Field}' is filled by `parent`", "remove the rule", parent.Field);
        if (type.PathParent is { } needed && map.Parent is { } given && given.Resource != needed)
            members.Error("parent", $"a {type.Name} stands under its {needed}: `parent` must name that", $"say `parent: {{ {needed}: column }}`, and fill '{given.Field}' by a rule");
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
            _fields.Add($"'{name}' is missing: Stripe requires it to create a {type.Name}", "map it or give a constant");
        }

        foreach (var rule in map.Fields.Where(f => f.Owner == Owner.Stripe && f.Type.Required && (f.Path.Parent is not { } outer || map.Fields.Any(o => o.Owner != Owner.Stripe && outer.Contains(o.Path)))))
        {
            _fields.Add("Stripe requires it at creation, so Stripe cannot own it", "say `owner: source_on_create`", rule.Path);
        }

        foreach (var outer in covered.SelectMany(Around).Distinct())
        {
            if (type.Field(outer) is not { Kind: FieldKind.Object } around || outer == map.Parent?.Field.Parent) continue;
            foreach (var name in around.Members.Where(m => m.Value.Required).Select(m => m.Key))
            {
                var path = outer.Append(name);
                if (!covered.Any(c => path.Contains(c) || c.Contains(path))) _fields.Add($"'{path}' is missing: Stripe requires it in '{outer}'", "map it or give a constant", covered.First(outer.Contains));
            }
        }
    }

    private static IEnumerable<FieldPath> Around(FieldPath path)
    {
        for (var outer = path.Parent; outer is not null; outer = outer.Value.Parent) yield return outer.Value;
    }
}
