using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Answers;

/// <summary>The <c>expand[]</c> of a request: <c>data.default_price.product</c> as nested names.</summary>
internal sealed class ExpandTree
{
    public static readonly ExpandTree None = new();

    /// <summary>Shows a webhook endpoint's secret, which no caller can ask for.</summary>
    public static readonly ExpandTree Secret = new() { children = { ["secret"] = new ExpandTree() } };

    private readonly Dictionary<string, ExpandTree> children = [];

    public IReadOnlyDictionary<string, ExpandTree> Children => children;

    /// <param name="list">Whether the answer is a list, whose paths begin with <c>data</c>.</param>
    public static ExpandTree Read(JsonNode? expand, bool list)
    {
        if (expand is not JsonArray { Count: > 0 } paths) return None;
        var root = new ExpandTree();
        foreach (var path in paths.Select(p => (string)p!))
        {
            var steps = path.Split('.');
            if (steps.Length > 4) throw StripeErrorException.Invalid(null, $"You cannot expand more than 4 levels of a property. Property: {path}", "expand");
            if (list && steps[0] != "data") throw Impossible(steps[0]);
            if (steps.Contains("secret")) throw Impossible(path);
            var node = root;
            foreach (var step in list ? steps.AsSpan(1) : steps)
            {
                if (!node.children.TryGetValue(step, out var child)) node.children[step] = child = new ExpandTree();
                node = child;
            }
        }

        return root;
    }

    public static StripeErrorException Impossible(string path) =>
        StripeErrorException.Invalid(null, $"This property cannot be expanded ({path}). You may want to try expanding 'data.{path}' instead.", "expand");
}
