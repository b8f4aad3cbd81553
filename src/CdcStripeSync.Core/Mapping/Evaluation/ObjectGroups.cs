using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping.Evaluation;

/// <summary>An object whose member required by Stripe has no value is left out whole: its other members have none either.</summary>
internal static class ObjectGroups
{
    public static void LeaveOutIncomplete(ResourceMap map, SortedDictionary<FieldPath, DesiredField> fields)
    {
        var objects = fields.Keys.SelectMany(Around).Distinct().OrderByDescending(p => p.Segments.Length);
        foreach (var outer in objects.ToList())
        {
            if (map.Type.Field(outer) is not { Kind: FieldKind.Object } type) continue;
            var isIncomplete = type.Members.Any(m => m.Value.Required && HasNoValue(outer.Append(m.Key), fields));
            if (!isIncomplete) continue;
            foreach (var path in fields.Keys.Where(p => p != outer && outer.Contains(p)).ToList()) fields[path] = fields[path] with { Value = FieldValue.Nothing };
        }
    }

    /// <summary>The member is mapped (itself or by its own members) and nothing of it has a value. One that is unknown or wrong is not here and decides nothing.</summary>
    private static bool HasNoValue(FieldPath member, SortedDictionary<FieldPath, DesiredField> fields)
    {
        var parts = fields.Where(f => member.Contains(f.Key)).ToList();
        return parts.Count > 0 && parts.All(p => p.Value.Value.IsNone);
    }

    private static IEnumerable<FieldPath> Around(FieldPath path)
    {
        for (var outer = path.Parent; outer is not null; outer = outer.Value.Parent) yield return outer.Value;
    }
}
