namespace CdcStripeSync.Simulator.Http;

/// <summary>A parameter as sent: a text, or named members in order (<c>metadata[sku]</c>, <c>tiers[0][up_to]</c>, <c>expand[]</c>).</summary>
internal sealed class ParameterNode
{
    private Dictionary<string, ParameterNode>? members;

    public string? Text { get; private set; }

    public IReadOnlyDictionary<string, ParameterNode>? Members => members;

    public static ParameterNode Build(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var root = new ParameterNode { members = [] };
        foreach (var (name, value) in pairs) root.Put(name, value);
        return root;
    }

    private void Put(string name, string value)
    {
        var node = this;
        foreach (var step in Steps(name)) node = node.Member(step);
        node.Text = value;
    }

    private ParameterNode Member(string step)
    {
        members ??= [];
        if (step.Length == 0) step = members.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (!members.TryGetValue(step, out var member)) members[step] = member = new ParameterNode();
        return member;
    }

    private static IEnumerable<string> Steps(string name)
    {
        var open = name.IndexOf('[', StringComparison.Ordinal);
        if (open <= 0 || name[^1] != ']')
        {
            yield return name;
            yield break;
        }

        yield return name[..open];
        foreach (var step in name[(open + 1)..^1].Split("][")) yield return step;
    }
}
