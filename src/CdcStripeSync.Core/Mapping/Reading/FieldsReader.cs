using System.Collections.Immutable;
using CdcStripeSync.Core.Catalogue;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>MAPPING's <c>fields</c>: each path against the catalogue, each rule against its field.</summary>
internal sealed class FieldsReader(ErrorList errors, ResourceType resource)
{
    /// <summary>Most keys of an object's metadata, and the longest key, that Stripe keeps.</summary>
    private const int MaxMetadataKeys = 50, MaxMetadataKey = 40;

    /// <summary>The metadata keys in which this program keeps the entity key and the intent.</summary>
    public static readonly ImmutableArray<string> ReservedKeys = ["cdc_key", "cdc_intent"];

    private readonly RuleReader _rules = new(errors, resource);
    private readonly Dictionary<FieldPath, YamlMark> _seen = [];
    private readonly HashSet<FieldPath> _meant = [];

    /// <summary>Every path that has a rule, also one that was reported, and those that misspelt ones probably mean:
    /// what is probably there is not reported as missing.</summary>
    public IEnumerable<FieldPath> Covered => _seen.Keys.Concat(_meant);

    public ImmutableArray<FieldRule> Read(YamlNode.Map map, string path)
    {
        var rules = ImmutableArray.CreateBuilder<FieldRule>();
        foreach (var entry in map.Entries)
        {
            var at = $"{path}.{entry.Key.Text}";
            if (ReadPath(entry, at) is var (field, type) && _rules.Read(entry, field, type, at) is { } rule) rules.Add(rule);
        }

        CheckMetadataCount(map, path);
        rules.Sort((a, b) => a.Path.CompareTo(b.Path));
        return rules.ToImmutable();
    }

    private (FieldPath Field, FieldType Type)? ReadPath(YamlEntry entry, string at)
    {
        var key = entry.Key;
        if (!FieldPath.TryParse(key.Text, out var field))
        {
            errors.Add(key.At, at, $"'{key.Text}' is not a field path", "write for instance name, recurring.interval or metadata.sku");
            return null;
        }

        var type = field.Root == "id" ? new FieldType(FieldKind.Text) { InCreate = true, InUpdate = true } : resource.Field(field);
        if (type is null)
        {
            Unknown(key, field, at);
            return null;
        }

        var overlapping = _seen.Keys.Where(s => s == field || (field.Root != "metadata" && (s.Contains(field) || field.Contains(s)))).ToList(); // `metadata` whole is a mistake of its own
        if (overlapping.Count > 0)
        {
            var other = overlapping[0];
            errors.Add(
                key.At,
                at,
                other == field ? $"'{field}' is given twice" : $"'{field}' and '{other}' overlap",
                $"the first is in line {_seen[other].Line}");
            return null;
        }

        _seen.Add(field, key.At);
        return IsMappable(entry, field, type, at) && IsOfACurrency(key, field, at) ? (field, type) : null;
    }

    private bool IsMappable(YamlEntry entry, FieldPath field, FieldType type, string at)
    {
        var key = entry.Key;
        if (field.IsMetadataKey) return IsMetadataKey(key, field.Leaf, at);
        if (OwnerOf(entry.Value) == "stripe" || field.Root == "id") return true;
        if (resource.Unmappable.TryGetValue(field.Root, out var instead))
        {
            errors.Add(key.At, at, $"'{field.Root}' cannot be mapped as a field", instead);
            return false;
        }

        if (field.Root == "metadata")
        {
            errors.Add(key.At, at, "metadata is mapped key by key", "write metadata.<key>, one rule each: others' keys are then never touched");
            return false;
        }

        if (type.IsUpdateOnly && field.ToString() != "active") // an object is made active, and an update follows where the row says otherwise
        {
            errors.Add(key.At, at, $"'{field}' can only be set by an update, never at creation", "say `owner: stripe` to read it, or remove it");
            return false;
        }

        if (!resource.FixedAtCreation && type.IsImmutable && OwnerOf(entry.Value) != "source_on_create")
        {
            errors.Add(key.At, at, $"'{field}' can only be set when the {resource.Name} is created, and a row's later value could never follow", "say `owner: source_on_create`, or remove it");
            return false;
        }

        return true;
    }

    private bool IsOfACurrency(YamlNode.Scalar key, FieldPath field, string at)
    {
        if (AmountFields.CurrencyInPath(field) is not { } code || AmountFields.CheckCurrency(code) is not { } problem) return true;
        errors.Add(key.At, at, problem.Message, problem.Hint);
        return false;
    }

    private bool IsMetadataKey(YamlNode.Scalar at, string key, string path)
    {
        var (message, hint) = key switch
        {
            _ when key.Contains('[', StringComparison.Ordinal) || key.Contains(']', StringComparison.Ordinal) => ("a metadata key holds no brackets", "Stripe refuses [ and ]"),
            _ when key.EnumerateRunes().Count() is var length && length > MaxMetadataKey => ($"the metadata key has {length} characters, Stripe's limit is {MaxMetadataKey}", "shorten it"),
            _ when ReservedKeys.Contains(key) => ($"the metadata key '{key}' is ours: it ties the object to its row", "choose another"),
            _ => ("", ""),
        };
        if (message.Length > 0) errors.Add(at.At, path, message, hint);
        return message.Length == 0;
    }

    private void Unknown(YamlNode.Scalar key, FieldPath field, string at)
    {
        var known = KnownPaths().ToList();
        var near = Suggestion.For(field.ToString(), known);
        if (near is not null) _meant.Add(FieldPath.Parse(near));
        var hint = near is not null ? $"did you mean '{near}'?"
            : resource.Fields.ContainsKey(field.Root) && field.Parent is { } parent && resource.Field(parent) is { Kind: FieldKind.Object } outer ? $"'{parent}' has {string.Join(", ", outer.Members.Keys)}"
            : $"{resource.Name} has {string.Join(", ", known.Where(k => !k.Contains('.', StringComparison.Ordinal)))}";
        errors.Add(key.At, at, $"unknown field '{field}'", hint);
    }

    private void CheckMetadataCount(YamlNode.Map map, string path)
    {
        var keys = _seen.Where(s => s.Key.IsMetadataKey).ToList();
        if (keys.Count + ReservedKeys.Length <= MaxMetadataKeys) return;
        errors.Add(
            map.At,
            path,
            $"{keys.Count} metadata keys and our {ReservedKeys.Length} are more than Stripe's {MaxMetadataKeys}",
            $"map at most {MaxMetadataKeys - ReservedKeys.Length}");
    }

    private IEnumerable<string> KnownPaths() => resource.Fields
        .Where(f => !resource.Unmappable.ContainsKey(f.Key))
        .SelectMany(f => Paths(f.Key, f.Value));

    private static IEnumerable<string> Paths(string name, FieldType type) =>
        type.Kind == FieldKind.Object ? type.Members.SelectMany(m => Paths($"{name}.{m.Key}", m.Value)).Prepend(name) : [name];

    private static string? OwnerOf(YamlNode rule) =>
        rule is YamlNode.Map map && map.Entries.FirstOrDefault(e => e.Key.Text == "owner").Value is YamlNode.Scalar owner ? owner.Text : null;
}
