using System.Collections.Frozen;
using System.Globalization;

namespace CdcStripeSync.DevStack.Connector;

/// <summary>The configuration's keys, taken one by one, so that what nobody took can be refused; errors are collected.</summary>
internal sealed class ConnectorSettings(IReadOnlyDictionary<string, string> values, EnvironmentReferences references)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    public List<string> Errors { get; } = [];

    public string? Optional(string key)
    {
        _taken.Add(key);
        if (!values.TryGetValue(key, out var text))
            return null;
        var missing = new List<string>();
        var value = references.Resolve(text, missing);
        foreach (var name in missing)
            Errors.Add($"{key}: the environment variable {name} is not set; export {name}=… first");
        return value.Length == 0 ? null : value;
    }

    public string Required(string key)
    {
        if (Optional(key) is { } value)
            return value;
        Errors.Add($"{key}: missing");
        return "";
    }

    public int Integer(string key, int otherwise, int least, int most)
    {
        if (Optional(key) is not { } text)
            return otherwise;
        if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            return value;
        if (!text.StartsWith("${", StringComparison.Ordinal))
            Errors.Add($"{key}: '{text}' is not a whole number from {least} to {most}");
        return otherwise;
    }

    public bool Flag(string key, bool otherwise) => Choice(key, otherwise ? "true" : "false", "true", "false") == "true";

    public string Choice(string key, string otherwise, params ReadOnlySpan<string> allowed)
    {
        var value = Optional(key);
        if (value is null)
            return otherwise;
        foreach (var candidate in allowed)
        {
            if (candidate.Equals(value, StringComparison.OrdinalIgnoreCase))
                return candidate;
        }
        Errors.Add($"{key}: '{value}' is not supported by the embedded connector; it knows {string.Join(", ", allowed.ToArray())}");
        return otherwise;
    }

    public void MustBe(string key, params ReadOnlySpan<string> allowed) => Choice(key, allowed[0], allowed);

    public void MustBeAvroConverter(string key)
    {
        var value = Optional(key);
        if (value is not null && !value.EndsWith("AvroConverter", StringComparison.Ordinal))
            Errors.Add($"{key}: '{value}' is not supported by the embedded connector; it writes Avro in Confluent wire format only");
        foreach (var detail in values.Keys.Where(k => k.StartsWith(key + ".", StringComparison.Ordinal)))
            _taken.Add(detail);
    }

    public FrozenSet<string> Operations(string key)
    {
        var names = (Optional(key) ?? "t").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in names.Where(n => n is not ("none" or "c" or "u" or "d" or "t")))
            Errors.Add($"{key}: '{name}' is no operation; expected none, or some of c, u, d, t");
        return names.Where(n => n != "none").ToFrozenSet(StringComparer.Ordinal);
    }

    public TableFilter Tables() => Filter("table", static (include, exclude) => new TableFilter(include, exclude), new TableFilter([], []));

    public ColumnFilter Columns() => Filter("column", static (include, exclude) => new ColumnFilter(include, exclude), new ColumnFilter([], []));

    public void RefuseRest(FrozenSet<string> withoutEffect)
    {
        foreach (var key in values.Keys.Where(k => !_taken.Contains(k) && !withoutEffect.Contains(k)).Order(StringComparer.Ordinal))
            Errors.Add($"{key}: not supported by the embedded connector; remove it here, or use Kafka Connect with Debezium");
    }

    private T Filter<T>(string what, Func<string[], string[], T> make, T otherwise)
    {
        var include = List($"{what}.include.list");
        var exclude = List($"{what}.exclude.list");
        if (include.Length > 0 && exclude.Length > 0)
            Errors.Add($"{what}.exclude.list: cannot stand beside {what}.include.list; keep one");
        try
        {
            return make(include, exclude);
        }
        catch (ArgumentException e)
        {
            Errors.Add($"{what}.include.list or {what}.exclude.list: not a list of regular expressions: {e.Message}");
            return otherwise;
        }
    }

    private string[] List(string key) => ExpressionList.Split(Optional(key) ?? "");
}
