using System.Collections.Immutable;
using System.Text.RegularExpressions;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>One resource's entry.</summary>
internal sealed class ResourceReader(ErrorList errors, StripeCatalogue catalogue)
{
    private static readonly ImmutableArray<string> Allowed = ["from", "key", "stripe_id", "parent", "exists_when", "on_delete", "default_when", "fields"];

    /// <summary>The map; where something of it was reported it is incomplete and only good for further checks.</summary>
    public ResourceMap Read(ResourceType type, string name, YamlNode.Map map, string path)
    {
        var members = new Members(errors, map, path, Allowed);
        var parent = ReadParent(members, type);
        var fieldsReader = new FieldsReader(errors, type);
        var fields = WithPromotionType(type, parent, ReadFields(members, fieldsReader));
        var result = new ResourceMap
        {
            Name = name,
            Type = type,
            From = ReadFrom(members) ?? TablePattern.Of(default),
            KeyColumns = ReadKey(members),
            StripeIdTemplate = ReadStripeId(members, type),
            Parent = parent,
            ExistsWhen = ReadCondition(members, "exists_when"),
            OnDelete = ReadOnDelete(members, type),
            DefaultWhen = ReadDefaultWhen(members, type),
            Fields = fields,
            Columns = [],
        };
        new ResourceChecks(errors, members, type).Run(result, [.. fieldsReader.Covered]);
        return ResourceColumns.In(result);
    }

    /// <summary>A promotion names its coupon and that it is one; the second follows from the parent.</summary>
    private static ImmutableArray<FieldRule> WithPromotionType(ResourceType type, ParentReference? parent, ImmutableArray<FieldRule> fields)
    {
        var path = FieldPath.Parse("promotion.type");
        if (parent?.Resource != "coupon" || type.Field(path) is not { } field || fields.Any(f => f.Path == path)) return fields;
        return [.. fields.Add(new FieldRule(path, field, new FieldSource.Constant(FieldValue.Of("coupon")))).OrderBy(f => f.Path)];
    }

    private static ImmutableArray<FieldRule> ReadFields(Members members, FieldsReader reader)
    {
        switch (members.Node("fields"))
        {
            case YamlNode.Map { Entries.IsEmpty: true }:
                members.Error("fields", "'fields' is empty", "map at least one field of the object");
                return [];
            case YamlNode.Map map: return reader.Read(map, members.PathOf("fields"));
            case null:
                if (!members.HasOrMeant("fields")) members.Error("fields", "'fields' is missing", "map at least one field of the object");
                return [];
            case var other:
                members.Error("fields", $"expected fields with their rules, found {other.Noun}");
                return [];
        }
    }

    private static TablePattern? ReadFrom(Members members)
    {
        if (!members.HasOrMeant("from")) members.Error("from", "'from' is missing", "name the table: schema.table, database.table, or a /regular expression/ over that");
        if (members.Text("from") is not { } text) return null;
        if (text.Length > 1 && text[0] == '/' && text[^1] == '/')
        {
            try
            {
                return TablePattern.OfExpression(text[1..^1]);
            }
            catch (Exception e) when (e is RegexParseException or NotSupportedException)
            {
                members.Error("from", $"no regular expression: {e.Message}", "back-references and look-arounds are not supported; a dot is [.]");
                return null;
            }
        }

        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0 && dot < text.Length - 1) return TablePattern.Of(TableId.Parse(text));
        members.Error("from", $"'{text}' does not name a table with its schema", "write schema.table (PostgreSQL) or database.table (MySQL, MariaDB)");
        return null;
    }

    private static ImmutableArray<string> ReadKey(Members members)
    {
        if (!members.HasOrMeant("key")) members.Error("key", "'key' is missing", "name the row's key columns in order: [id]");
        var key = members.Texts("key");
        if (key.Distinct(StringComparer.Ordinal).Count() < key.Length) members.Error("key", "a key column is given twice");
        return key;
    }

    private static Template? ReadStripeId(Members members, ResourceType type)
    {
        if (members.Text("stripe_id") is not { } text) return null;
        if (!type.CallerChoosesId)
        {
            members.Error("stripe_id", $"Stripe chooses the id of a {type.Name} itself", "remove it: objects are found by our metadata");
            return null;
        }

        var template = Template.Parse(text, out var problem);
        if (template is null) members.Error("stripe_id", problem!, "a column is {column}");
        else if (template.Columns.IsEmpty) members.Error("stripe_id", "every row would have the same id", "name a key column: shop_{id}");
        else if (template.Literals.Any(l => l.Any(c => !StripeIdEncoding.IsAllowed(c)))) members.Error("stripe_id", $"'{text}' holds characters that Stripe's ids cannot", "use letters, digits, _ and -");
        else if (template.RunningOn is { } column) members.Error("stripe_id", $"'{{{column}}}' runs into the next column: different rows could have one id", "put _ or - between them: {a}_{b}");
        return template;
    }

    private ParentReference? ReadParent(Members members, ResourceType type)
    {
        var possible = type.ParentFields.Keys.ToList();
        switch (members.Node("parent"))
        {
            case null: return null;
            case var _ when possible.Count == 0:
                members.Error("parent", $"a {type.Name} has no parent", "remove it");
                return null;
            case YamlNode.Map { Entries.Length: 1 } map:
                return ReadNamedParent(map, members.PathOf("parent"), type, [.. possible, .. possible.SelectMany(ShortForms)]);
            case var other:
                members.Error("parent", $"expected one parent, found {other.Noun}", $"write {{ {possible[0]}: column }}");
                return null;
        }
    }

    /// <summary>By its resource (<c>product</c>), one map of it (<c>product#2</c>) or several (<c>product|product#2</c>, where the first needs no number).</summary>
    private ParentReference? ReadNamedParent(YamlNode.Map map, string path, ResourceType type, ImmutableArray<string> allowed)
    {
        var key = map.Entries[0].Key;
        var names = key.Text.Split('|', StringSplitOptions.TrimEntries).Select(ParentEntry.Parse).ToList();
        List<ParentEntry> entries = [.. names.OfType<ParentEntry>().Where(e => allowed.Contains(e.Resource))];
        var isKnown = entries.Count == names.Count;
        var reader = new Members(errors, map, path, isKnown ? [key.Text] : allowed);
        if (!isKnown || reader.Texts(key.Text) is not { Length: > 0 } columns) return null;
        var resources = entries.Select(e => catalogue.Resource(e.Resource).Name).Distinct(StringComparer.Ordinal).ToList();
        ImmutableArray<string> maps = entries is [{ Number: null }] ? [] : [.. entries.Select(e => e.MapOf(resources[0]))];
        if (resources.Count > 1) errors.Add(key.At, path, $"'{key.Text}' names several resources", "a row has one parent: name maps of one resource");
        else if (maps.Distinct(StringComparer.Ordinal).Count() < maps.Length) errors.Add(key.At, path, $"'{key.Text}' names a map twice", "name each once");
        else return new ParentReference(resources[0], columns, type.ParentField(resources[0])!.Value) { Maps = maps };
        return null;
    }

    private static IEnumerable<string> ShortForms(string resource) =>
        resource is "billing.meter" or "entitlements.feature" ? [resource[(resource.IndexOf('.', StringComparison.Ordinal) + 1)..]] : [];

    private static OnDelete ReadOnDelete(Members members, ResourceType type)
    {
        var given = members.Word("on_delete", Words.OnDeletes);
        if (given == OnDelete.Delete && !type.CanDelete) members.Error("on_delete", $"Stripe cannot delete a {type.Name}", type.CanArchive ? "say `archive`" : "say `keep`");
        if (given == OnDelete.Archive && !type.CanArchive) members.Error("on_delete", $"Stripe cannot archive a {type.Name}", type.CanDelete ? "say `keep`, or `delete`, which is permanent" : "say `keep`");
        return given ?? (type.CanArchive ? OnDelete.Archive : OnDelete.Keep);
    }

    private Condition? ReadDefaultWhen(Members members, ResourceType type)
    {
        if (!members.Has("default_when") || type.Name == "price") return ReadCondition(members, "default_when");
        members.Error("default_when", $"a {type.Name} is nobody's default", "`default_when` belongs to a price");
        return null;
    }

    private Condition? ReadCondition(Members members, string name) =>
        members.Node(name) is { } node ? ConditionReader.Read(errors, node, members.PathOf(name)) : null;
}
