using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Planning;

/// <summary>What a successor takes from its predecessor as just read: every field that the source does not own and a creation may set.</summary>
internal static class Inheritance
{
    /// <summary>Not of the old object's substance: identity and switches.</summary>
    private static readonly HashSet<string> Own = new(StringComparer.Ordinal)
    {
        "id", "expand", "product_data", "active", "transfer_lookup_key",
    };

    /// <summary>Stripe shows both of each pair; a creation takes one.</summary>
    private static readonly (string Whole, string Fraction)[] Pairs = [("unit_amount", "unit_amount_decimal"), ("flat_amount", "flat_amount_decimal"), ("amount", "amount_decimal")];

    private static readonly ImmutableArray<string> CurrencyAmounts = ["unit_amount", "unit_amount_decimal", "custom_unit_amount", "tiers"];

    public static ImmutableSortedDictionary<FieldPath, FieldValue> From(
        FieldValue.Object predecessor, PlanInput input, ImmutableSortedDictionary<FieldPath, FieldValue> owned)
    {
        var map = input.Map;
        var result = ImmutableSortedDictionary.CreateBuilder<FieldPath, FieldValue>();
        var mapped = map.Fields.Where(f => f.Owner is Owner.Source or Owner.Shared && !(input.Desired.Fields.TryGetValue(f.Path, out var field) && IsStripes(f, field)))
            .Select(f => f.Path).ToList();
        var amountIsMapped = mapped.Exists(p => p.Root is "unit_amount" or "unit_amount_decimal" or "amount" or "amount_decimal" or "custom_unit_amount" or "tiers");
        foreach (var (name, type) in map.Type.Fields)
        {
            var path = FieldPath.Parse(name);
            if (!type.InCreate || Own.Contains(name) || mapped.Contains(path) || (map.Parent is { } parent && parent.Field.Root == name)) continue;
            if (amountIsMapped && Pairs.Any(pair => name == pair.Whole || name == pair.Fraction)) continue;
            if (name == "metadata") Metadata(predecessor, mapped, result);
            else if (name == "currency_options") CurrencyOptions(predecessor, type, mapped, owned, result);
            else if (name == "custom_unit_amount") CustomAmount(predecessor, amountIsMapped, result);
            else if (type.Kind == FieldKind.Object && mapped.Exists(p => p.Root == name)) Members(predecessor, path, type, mapped, owned, result);
            else if (Request(type, predecessor.At(path)) is { IsNone: false } value) result[path] = value;
        }

        OneOfEachPair(result);
        return result.ToImmutable();
    }

    /// <summary>The row gives no value, and Stripe's is to stay: as the mapping says, or because Stripe made it up and people know it (a promotion code).</summary>
    private static bool IsStripes(FieldRule rule, DesiredField field) => Difference.IsLeft(field) || (field.Value.IsNone && rule.Type.IsChosenByStripe);

    private static void Metadata(FieldValue.Object predecessor, List<FieldPath> mapped, ImmutableSortedDictionary<FieldPath, FieldValue>.Builder result)
    {
        if (predecessor.Members.GetValueOrDefault("metadata") is not FieldValue.Object metadata) return;
        foreach (var (key, value) in metadata.Members)
        {
            var path = FieldPath.MetadataKey(key);
            if (key is not (ReservedMetadata.Key or ReservedMetadata.Intent) && !mapped.Contains(path)) result[path] = value;
        }
    }

    /// <summary>Prices in other currencies. Stripe shows the price's own currency among them, whose amount is the price's own. Of one that the row gives
    /// in part the rest is taken; one whose amounts are the row's and that it gives no more goes whole.</summary>
    private static void CurrencyOptions(
        FieldValue.Object predecessor, FieldType type, List<FieldPath> mapped,
        ImmutableSortedDictionary<FieldPath, FieldValue> owned, ImmutableSortedDictionary<FieldPath, FieldValue>.Builder result)
    {
        if (predecessor.Members.GetValueOrDefault("currency_options") is not FieldValue.Object options) return;
        var path = FieldPath.Parse("currency_options");
        var currency = (owned.GetValueOrDefault(FieldPath.Parse("currency")) as FieldValue.Text)?.Value;
        foreach (var (name, option) in options.Members)
        {
            var own = path.Append(name);
            if (name == predecessor.Text("currency") || string.Equals(name, currency, StringComparison.OrdinalIgnoreCase) || mapped.Contains(own)) continue;
            if (Request(type.Items!, option) is not FieldValue.Object shown) continue;
            var ofTheRow = mapped.Where(own.Contains).Select(p => p.Segments[own.Segments.Length]).ToHashSet(StringComparer.Ordinal);
            var amountIsMapped = ofTheRow.Overlaps(CurrencyAmounts);
            if (amountIsMapped && !owned.Keys.Any(own.Contains)) continue;
            foreach (var (member, value) in shown.Members)
            {
                if (!ofTheRow.Contains(member) && !(amountIsMapped && CurrencyAmounts.Contains(member))) result[own.Append(member)] = value;
            }
        }
    }

    /// <summary>Stripe shows the bounds of an amount that the customer chooses, but not that it is enabled.</summary>
    private static void CustomAmount(FieldValue.Object predecessor, bool amountIsMapped, ImmutableSortedDictionary<FieldPath, FieldValue>.Builder result)
    {
        var path = FieldPath.Parse("custom_unit_amount");
        if (amountIsMapped || predecessor.At(path) is not FieldValue.Object shown) return;
        result[path] = new FieldValue.Object(shown.Members.RemoveRange(shown.Members.Where(m => m.Value.IsNone).Select(m => m.Key)).SetItem("enabled", FieldValue.Of(true)));
    }

    /// <summary>The members of an object (<c>recurring</c>) that are not mapped, where the row gives the object at all, or its
    /// required members are Stripe's.</summary>
    private static void Members(
        FieldValue.Object predecessor, FieldPath path, FieldType type, List<FieldPath> mapped,
        ImmutableSortedDictionary<FieldPath, FieldValue> owned, ImmutableSortedDictionary<FieldPath, FieldValue>.Builder result)
    {
        List<FieldPath> required = [.. type.Members.Where(m => m.Value.Required).Select(m => path.Append(m.Key))];
        var isStripes = required.Count > 0 && !required.Exists(r => mapped.Exists(r.Contains));
        if (!isStripes && !owned.Keys.Any(p => p.Root == path.Root)) return;
        foreach (var (name, member) in type.Members)
        {
            var inner = path.Append(name);
            if (member.InCreate && !mapped.Contains(inner) && Request(member, predecessor.At(inner)) is { IsNone: false } value) result[inner] = value;
        }
    }

    /// <summary>A shown value as a creation takes it: only members that the request knows, without nulls.</summary>
    internal static FieldValue Request(FieldType type, FieldValue shown)
    {
        switch (type.Kind, shown)
        {
            case (FieldKind.Object, FieldValue.Object o):
                var members = type.Members.Where(m => m.Key != "custom_unit_amount")
                    .Select(m => KeyValuePair.Create(m.Key, m.Key == "up_to" && o.Members.GetValueOrDefault("up_to") is (null or FieldValue.None) ? FieldValue.Of("inf") : Request(m.Value, o.Members.GetValueOrDefault(m.Key) ?? FieldValue.Nothing)))
                    .Where(m => !m.Value.IsNone).ToImmutableSortedDictionary(StringComparer.Ordinal);
                foreach (var (whole, fraction) in Pairs)
                {
                    if (members.ContainsKey(whole)) members = members.Remove(fraction);
                }

                return members.IsEmpty ? FieldValue.Nothing : new FieldValue.Object(members);
            case (FieldKind.Map, FieldValue.Object o):
                var entries = o.Members.Select(m => KeyValuePair.Create(m.Key, Request(type.Items!, m.Value))).Where(m => !m.Value.IsNone).ToImmutableSortedDictionary(StringComparer.Ordinal);
                return entries.IsEmpty ? FieldValue.Nothing : new FieldValue.Object(entries);
            case (FieldKind.List, FieldValue.List list):
                return list.Items.IsEmpty ? FieldValue.Nothing : new FieldValue.List([.. list.Items.Select(i => Request(type.Items!, i))]);
            case (FieldKind.Object or FieldKind.Map or FieldKind.List, _):
                return FieldValue.Nothing;
            default:
                return shown is FieldValue.Object reference ? FieldValue.Of(reference.Text("id") ?? "") : shown;
        }
    }

    private static void OneOfEachPair(ImmutableSortedDictionary<FieldPath, FieldValue>.Builder fields)
    {
        foreach (var (whole, fraction) in Pairs)
        {
            if (fields.ContainsKey(FieldPath.Parse(whole))) fields.Remove(FieldPath.Parse(fraction));
        }
    }
}
