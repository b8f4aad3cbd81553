namespace CdcStripeSync.Simulator.Schema;

/// <summary>Finds the operation of a method and path; a literal segment wins over an id.</summary>
internal sealed class RouteTable
{
    private readonly Dictionary<string, List<Route>> routes = [];

    public RouteTable(IEnumerable<string> operations)
    {
        foreach (var operation in operations)
        {
            var segments = operation[(operation.IndexOf(' ', StringComparison.Ordinal) + 1)..].Split('/');
            var key = Key(operation[..operation.IndexOf(' ', StringComparison.Ordinal)], segments.Length);
            if (!routes.TryGetValue(key, out var sameLength)) routes[key] = sameLength = [];
            sameLength.Add(new Route(operation, segments));
        }

        foreach (var sameLength in routes.Values) sameLength.Sort((a, b) => a.Ids.CompareTo(b.Ids));
    }

    /// <summary>The operation and the decoded ids of its path, or null for an address Stripe does not have.</summary>
    public (string Operation, string[] Ids)? Find(string method, string path)
    {
        var segments = path.Split('/');
        if (!routes.TryGetValue(Key(method, segments.Length), out var candidates)) return null;
        foreach (var route in candidates)
        {
            if (route.Match(segments) is { } ids) return (route.Operation, ids);
        }

        return null;
    }

    private static string Key(string method, int length) => $"{method} {length}";

    private sealed class Route(string operation, string[] segments)
    {
        public string Operation => operation;

        public int Ids { get; } = segments.Count(s => s.StartsWith('{'));

        public string[]? Match(string[] path)
        {
            var ids = new string[Ids];
            var next = 0;
            for (var i = 0; i < segments.Length; i++)
            {
                if (segments[i].StartsWith('{'))
                {
                    if (path[i].Length == 0) return null;
                    ids[next++] = Uri.UnescapeDataString(path[i]);
                }
                else if (segments[i] != path[i])
                {
                    return null;
                }
            }

            return ids;
        }
    }
}
