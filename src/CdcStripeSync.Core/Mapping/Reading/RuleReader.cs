using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>One field's rule, or the plain constant that stands for one.</summary>
internal sealed class RuleReader(ErrorList errors, ResourceType resource)
{
    private static readonly ImmutableArray<string> Sources = ["column", "template", "coalesce", "constant"];

    private static readonly ImmutableArray<string> Steps = ["path", "convert", "compare", "map"];

    private static readonly ImmutableArray<string> Allowed =
        [.. Sources, .. Steps, "required", "on_null", "owner", "on_conflict", "write_back", "on_unmap"];

    /// <summary>The rule; null where it was reported.</summary>
    public FieldRule? Read(YamlEntry entry, FieldPath field, FieldType type, string path)
    {
        var before = errors.Count;
        if (type.Kind == FieldKind.Object && entry.Value is YamlNode.Map { Entries.Length: > 0 } nested && !nested.Entries.Any(e => Allowed.Contains(e.Key.Text)))
        {
            errors.Add(nested.At, path, "an object is mapped member by member", $"write {field}.{nested.Entries[0].Key.Text}, or put a fixed object under `constant`");
            return null;
        }

        var rule = entry.Value is YamlNode.Map map ? ReadMembers(new Members(errors, map, path, Allowed), field, type) : ReadPlain(entry.Value, field, type, path);
        return errors.Count == before ? rule : null;
    }

    private FieldRule? ReadPlain(YamlNode node, FieldPath field, FieldType type, string path)
    {
        if (field.Root == "id")
        {
            errors.Add(node.At, path, "the object's id is not a field", resource.Unmappable.GetValueOrDefault("id") ?? "say { write_back: column } to keep it in the database");
            return null;
        }

        return ConstantReader.ReadConstant(errors, node, path, field, type) is { } value ? new FieldRule(field, type, new FieldSource.Constant(value)) : null;
    }

    private FieldRule? ReadMembers(Members members, FieldPath field, FieldType type)
    {
        var owner = members.Word("owner", Words.Owners) ?? (field.Root == "id" ? Owner.Stripe : Owner.Source);
        if (ReadSource(members, field, type, owner) is not { } source) return null;
        CheckSteps(members, source);
        CheckOwner(members, field, type, owner);
        var rule = new FieldRule(field, type, source)
        {
            JsonPath = ReadPath(members),
            Converters = members.Node("convert") is { } convert ? ConverterReader.Read(errors, convert, members.PathOf("convert")) : [],
            Compare = members.Node("compare") is { } compare ? ConditionReader.ReadComparison(errors, compare, members.PathOf("compare")) : null,
            Map = members.Node("map") is { } map ? ReadMap(map, members.PathOf("map"), field, type) : null,
            Required = members.Boolean("required") ?? false,
            OnNull = members.Word("on_null", Words.OnNulls) ?? OnNull.Clear,
            Owner = owner,
            OnConflict = owner == Owner.Shared ? members.Word("on_conflict", Words.Conflicts) ?? ConflictPolicy.Ask : null,
            WriteBack = members.Text("write_back"),
            OnUnmap = members.Word("on_unmap", Words.OnUnmaps) ?? OnUnmap.Leave,
        };
        if (members.Node("map") is null && RuleTypes.Check(rule) is { } misfit) members.Error(misfit.Member, misfit.Message, misfit.Hint);

        return rule;
    }

    private FieldSource? ReadSource(Members members, FieldPath field, FieldType type, Owner owner)
    {
        var given = Sources.Where(members.Has).ToList();
        if (given.Count == 0)
        {
            if (owner == Owner.Stripe && members.HasOrMeant("write_back")) return new FieldSource.Nowhere();
            if (!members.HasUnknown && !Sources.Any(members.HasOrMeant)) errors.Add(members.At, members.Path, "the rule has no source", $"give one of {string.Join(", ", Sources)}");
            return null;
        }

        if (given.Count > 1)
        {
            errors.Add(members.MarkOf(given[1]), members.Path, $"the rule has {given.Count} sources: {string.Join(", ", given)}", "keep exactly one");
            return null;
        }

        switch (given[0])
        {
            case "column": return members.Text("column") is { } column ? new FieldSource.Column(column) : null;
            case "coalesce": return members.Texts("coalesce") is { Length: > 0 } columns ? new FieldSource.Coalesce(columns) : null;
            case "constant":
                return ConstantReader.ReadConstant(errors, members.Node("constant")!, members.PathOf("constant"), field, type) is { } value
                    ? new FieldSource.Constant(value)
                    : null;
        }

        if (members.Text("template") is not { } text) return null;
        if (Template.Parse(text, out var problem) is { } template) return new FieldSource.Templated(template);
        members.Error("template", problem!, "a column is {column}; a brace itself is written twice");
        return null;
    }

    private static JsonPath? ReadPath(Members members)
    {
        if (members.Text("path") is not { } text) return null;
        if (JsonPath.Parse(text, out var problem) is { } path) return path;
        members.Error("path", problem!, "write for instance a.b or sizes[0]");
        return null;
    }

    private ValueMap? ReadMap(YamlNode node, string path, FieldPath field, FieldType type)
    {
        if (node is not YamlNode.Map { Entries.Length: > 0 } map)
        {
            errors.Add(node.At, path, $"expected a map of values, found {node.Noun}", "write { active: true, \"*\": false }");
            return null;
        }

        var entries = ImmutableSortedDictionary.CreateBuilder<string, FieldValue>(StringComparer.Ordinal);
        FieldValue? otherwise = null, forNull = null;
        foreach (var (key, value) in map.Entries)
        {
            var at = $"{path}.{key.Text}";
            var isOther = key.Text == "*";
            if (key.IsNull ? forNull is not null : isOther ? otherwise is not null : entries.ContainsKey(key.Text))
            {
                errors.Add(key.At, at, $"'{key.Text}' is given twice");
                continue;
            }

            var mapped = value is YamlNode.Scalar { IsNull: true } ? FieldValue.Nothing : ConstantReader.Read(errors, value, at, field, type.Kind == FieldKind.List ? type.Items! : type);
            if (mapped is null) continue;
            if (key.IsNull) forNull = mapped;
            else if (isOther) otherwise = mapped;
            else entries[key.Text] = mapped;
        }

        AddCanonical(entries, map, path);
        return new ValueMap(entries.ToImmutable(), otherwise) { ForNull = forNull };
    }

    /// <summary>A plain <c>True</c> or <c>1.50</c> is a literal: it stands for the column's <c>true</c> and 1.5 too, unless these have entries of their own.</summary>
    private void AddCanonical(ImmutableSortedDictionary<string, FieldValue>.Builder entries, YamlNode.Map map, string path)
    {
        var added = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in map.Entries.Select(e => e.Key).Where(k => k.IsPlain && entries.ContainsKey(k.Text)).ToList())
        {
            var canonical = Literals.Read(key) switch
            {
                FieldValue.Boolean boolean => boolean.Value ? "true" : "false",
                FieldValue.Number number => number.Value.ToString(),
                _ => key.Text,
            };
            if (canonical == key.Text) continue;
            if (entries.TryAdd(canonical, entries[key.Text])) added.Add(canonical);
            else if (added.Contains(canonical)) errors.Add(key.At, $"{path}.{key.Text}", $"'{canonical}' is given twice", "write texts in quotes");
        }
    }

    private static void CheckSteps(Members members, FieldSource source)
    {
        if (source is not (FieldSource.Constant or FieldSource.Nowhere)) return;
        var what = source is FieldSource.Constant ? "a constant" : "a rule without a source";
        foreach (var step in Steps.Where(members.Has)) members.Error(step, $"{what} takes no `{step}`", "remove it");
    }

    private void CheckOwner(Members members, FieldPath field, FieldType type, Owner owner)
    {
        if (field.Root == "id")
        {
            if (!members.HasOrMeant("write_back") || owner != Owner.Stripe)
            {
                errors.Add(members.At, members.Path, "the object's id is not a field", resource.Unmappable.GetValueOrDefault("id") ?? "say { write_back: column } to keep it in the database");
            }
        }
        else if (members.Has("write_back") && owner != Owner.Stripe)
        {
            members.Error("write_back", "only a value that Stripe owns is written back", "say `owner: stripe`");
        }

        if (members.Has("on_conflict") && owner != Owner.Shared) members.Error("on_conflict", "only a shared field has conflicts", "say `owner: shared`");
        if (owner == Owner.Shared && !members.HasOrMeant("on_conflict"))
        {
            members.Error("owner", "a shared field needs a rule for conflicts", "add `on_conflict`: source_wins, stripe_wins, newest or ask");
        }

        if (members.Node("on_unmap") is YamlNode.Scalar { Text: "clear" } && !type.CanClear) members.Error("on_unmap", $"Stripe cannot clear {field}", "say `leave`");
        if (members.Node("on_null") is YamlNode.Scalar { Text: "clear" } && type is { CanClear: false, IsImmutable: false })
        {
            members.Error("on_null", $"Stripe cannot clear {field}", "say `leave`, or leave `on_null` out: then a null holds the row");
        }
    }
}
