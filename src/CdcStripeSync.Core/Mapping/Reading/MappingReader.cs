using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>The whole file.</summary>
internal sealed class MappingReader(ErrorList errors, StripeCatalogue catalogue)
{
    private static readonly ImmutableArray<string> Allowed = ["version", "account", "mode", "rollout", "limits", "resources"];

    private readonly Dictionary<string, (YamlMark At, string Path)> _parents = new(StringComparer.Ordinal);
    private readonly HashSet<string> _meantResources = new(StringComparer.Ordinal);

    /// <summary>The mapping; meaningless where errors were added.</summary>
    public Mapping? Read(YamlNode? root)
    {
        if (root is not YamlNode.Map map)
        {
            errors.Add(root?.At ?? new YamlMark(1, 1), "", root is null ? "the file is empty" : $"expected a mapping, found {root.Noun}", "begin with `version: 1`");
            return null;
        }

        var members = new Members(errors, map, "", Allowed);
        var account = ReadAccount(members);
        var mode = members.Word("mode", Words.Modes) ?? StripeMode.Test;
        if (mode == StripeMode.Live && !members.HasOrMeant("account")) members.Error("mode", "live mode needs the account pinned", "add `account: acct_…`");
        var mapping = new Mapping
        {
            Version = ReadVersion(members),
            Account = account,
            Mode = mode,
            Rollout = members.Word("rollout", Words.Rollouts) ?? Rollout.OnChange,
            Breadth = LimitsReader.Read(errors, members.Node("limits"), "limits"),
            Resources = ReadResources(members),
        };
        var parents = new ParentChecks(errors, mapping);
        foreach (var child in mapping.Resources.Where(m => m.Parent is not null)) parents.Run(child, _parents[child.Name], _meantResources);
        return mapping;
    }

    private static int ReadVersion(Members members)
    {
        if (!members.HasOrMeant("version")) members.Error("version", "'version' is missing", "begin with `version: 1`");
        if (members.Node("version") is { } node and not YamlNode.Scalar { Text: "1" }) members.Error("version", $"version {node.Noun} is not known", "this program reads version 1");
        return 1;
    }

    private static string? ReadAccount(Members members)
    {
        if (members.Text("account") is not { } account) return null;
        if (account.StartsWith("acct_", StringComparison.Ordinal) && account.Length > 5 && account.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')) return account;
        members.Error("account", $"'{account}' is not a Stripe account", "an account's id begins with acct_");
        return null;
    }

    private ImmutableArray<ResourceMap> ReadResources(Members members)
    {
        if (members.Node("resources") is not YamlNode.Map { Entries.Length: > 0 } map)
        {
            if (members.Node("resources") is { } other) members.Error("resources", $"expected resources, found {other.Noun}");
            else if (!members.HasOrMeant("resources")) members.Error("resources", "'resources' is missing", "map at least one, for instance product");
            return [];
        }

        var resources = ImmutableArray.CreateBuilder<ResourceMap>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (key, value) in map.Entries)
        {
            if (Find(key) is not { } type) continue;
            if (!seen.TryAdd(type.Name, key.At.Line))
            {
                errors.Add(key.At, $"resources.{key.Text}", $"'{key.Text}' is given twice", $"the first is in line {seen[type.Name]}; give one with a list of entries");
                continue;
            }

            resources.AddRange(ReadEntries(type, key.Text, value));
        }

        return resources.ToImmutable();
    }

    private ResourceType? Find(YamlNode.Scalar key)
    {
        if (catalogue.Find(key.Text) is { } type) return type;
        if (Suggestion.For(key.Text, catalogue.Names) is { } near) _meantResources.Add(near);
        errors.Add(key.At, $"resources.{key.Text}", $"unknown resource '{key.Text}'", Suggestion.Hint(key.Text, catalogue.Names));
        return null;
    }

    private IEnumerable<ResourceMap> ReadEntries(ResourceType type, string name, YamlNode value)
    {
        if (value is YamlNode.List { Items.IsEmpty: true }) errors.Add(value.At, $"resources.{name}", "the list is empty", "give an entry for each table, or remove it");
        var reader = new ResourceReader(errors, catalogue);
        ImmutableArray<YamlNode> entries = value is YamlNode.List list ? list.Items : [value];
        for (var i = 0; i < entries.Length; i++)
        {
            var path = value is YamlNode.List ? $"resources.{name}[{i}]" : $"resources.{name}";
            if (entries[i] is not YamlNode.Map map)
            {
                errors.Add(entries[i].At, path, $"expected `from`, `key` and `fields`, found {entries[i].Noun}");
                _meantResources.Add(type.Name);
                continue;
            }

            var result = reader.Read(type, i == 0 ? type.Name : $"{type.Name}#{i + 1}", map, path);
            if (map.Entries.FirstOrDefault(e => e.Key.Text == "parent").Value is { } parent) _parents[result.Name] = (parent.At, $"{path}.parent");
            yield return result;
        }
    }
}
