using System.Collections.Immutable;
using System.Globalization;

namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>The members of one YAML mapping, against those that it may have. Unknown and repeated ones are reported when it is made.</summary>
internal sealed class Members
{
    private readonly ErrorList _errors;
    private readonly Dictionary<string, YamlEntry> _entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> _suspected = new(StringComparer.Ordinal);

    public Members(ErrorList errors, YamlNode.Map map, string path, IReadOnlyCollection<string> allowed)
    {
        _errors = errors;
        At = map.At;
        Path = path;
        foreach (var entry in map.Entries)
        {
            var name = entry.Key.Text;
            if (!allowed.Contains(name))
            {
                HasUnknown = true;
                if (Suggestion.For(name, allowed) is { } near) _suspected.Add(near);
                errors.Add(entry.Key.At, PathOf(name), $"unknown member '{name}'", Suggestion.Hint(name, allowed));
            }
            else if (!_entries.TryAdd(name, entry))
            {
                errors.Add(entry.Key.At, PathOf(name), $"'{name}' is given twice", $"the first is in line {_entries[name].Key.At.Line}");
            }
        }
    }

    public YamlMark At { get; }

    public string Path { get; }

    /// <summary>A member was reported as unknown; it may have been meant for any that is missing.</summary>
    public bool HasUnknown { get; }

    public IEnumerable<string> Names => _entries.Keys;

    public bool Has(string name) => _entries.ContainsKey(name);

    /// <summary>Given, or probably meant by a misspelt member that was reported already.</summary>
    public bool HasOrMeant(string name) => Has(name) || _suspected.Contains(name);

    public YamlMark MarkOf(string name) => _entries[name].Key.At;

    public YamlNode? Node(string name) => _entries.TryGetValue(name, out var entry) ? entry.Value : null;

    public string PathOf(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    public void Error(string name, string message, string? hint = null) =>
        _errors.Add(_entries.TryGetValue(name, out var entry) ? entry.Value.At : At, PathOf(name), message, hint);

    /// <summary>Text that is not empty; null where the member is absent or was reported.</summary>
    public string? Text(string name)
    {
        switch (Node(name))
        {
            case null: return null;
            case YamlNode.Scalar { IsNull: false, Text.Length: > 0 } scalar: return scalar.Text;
            case var other:
                Error(name, $"expected text, found {other.Noun}");
                return null;
        }
    }

    /// <summary>A list of texts, or one text alone.</summary>
    public ImmutableArray<string> Texts(string name)
    {
        if (Node(name) is not YamlNode.List list) return Text(name) is { } one ? [one] : [];
        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var item in list.Items)
        {
            if (item is YamlNode.Scalar { IsNull: false, Text.Length: > 0 } scalar) texts.Add(scalar.Text);
            else _errors.Add(item.At, PathOf(name), $"expected text, found {item.Noun}");
        }

        if (list.Items.IsEmpty) Error(name, "the list is empty");
        return texts.ToImmutable();
    }

    public bool? Boolean(string name)
    {
        switch (Node(name))
        {
            case null: return null;
            case YamlNode.Scalar { IsPlain: true, Text: "true" }: return true;
            case YamlNode.Scalar { IsPlain: true, Text: "false" }: return false;
            case var other:
                Error(name, $"expected true or false, found {other.Noun}");
                return null;
        }
    }

    public int? Integer(string name, int atLeast)
    {
        if (Node(name) is not { } node) return null;
        if (node is YamlNode.Scalar scalar && int.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= atLeast) return value;
        Error(name, $"expected a whole number of at least {atLeast}, found {node.Noun}");
        return null;
    }

    /// <summary>One of some words.</summary>
    public T? Word<T>(string name, IReadOnlyDictionary<string, T> words)
        where T : struct
    {
        if (Text(name) is not { } text) return null;
        if (words.TryGetValue(text, out var value)) return value;
        Error(name, $"'{text}' is not allowed", Suggestion.Hint(text, [.. words.Keys]));
        return null;
    }
}
