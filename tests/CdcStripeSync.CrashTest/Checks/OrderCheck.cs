using System.Text.Json.Nodes;
using CdcStripeSync.CrashTest.Model;
using CdcStripeSync.Simulator;

namespace CdcStripeSync.CrashTest.Checks;

/// <summary>For each row, what was sent never goes back to an older version of it.</summary>
/// <remarks>A request belongs to the earliest version, not before the last one's, in which all of its fields had these values.</remarks>
internal sealed class OrderCheck(ShopModel model, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> objects)
{
    private static readonly Dictionary<string, HashSet<string>> Known = new(StringComparer.Ordinal)
    {
        ["products"] = ["name", "description", "active", "url", "unit_label", "metadata.sku", "metadata.colour", "metadata.tier", "statement_descriptor", "shippable"],
        ["prices"] = ["currency", "unit_amount_decimal", "lookup_key", "nickname", "active", "recurring.interval", "recurring.interval_count", "tax_behavior"],
        ["customers"] = ["email", "name", "phone", "address.line1", "tax_exempt"],
    };

    private readonly Dictionary<string, string> _keyOf = objects.Values.SelectMany(o => o)
        .Where(o => o["metadata"]?["cdc_key"] is not null).ToDictionary(o => o["id"]!.ToString(), o => o["metadata"]!["cdc_key"]!.ToString(), StringComparer.Ordinal);

    public BrokenException? Broken(IEnumerable<RequestLogEntry> requests)
    {
        var reached = new Dictionary<RowLine, (int Version, string Request)>();
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var request in requests.Where(r => r.Method == "POST" && !r.Replayed && r.Status is 200 or 0 or >= 500))
        {
            // Sent once more by a process that did not know that another had, and refused: it changed nothing.
            if (request is { Status: 200, IdempotencyKey: { } answered }) done.Add(answered);
            else if (request.IdempotencyKey is { } refused && done.Contains(refused)) continue;
            var path = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
            if (path.Length is < 2 or > 3 || !Known.TryGetValue(path[1], out var known)) continue;
            var sent = request.Parameters.Select(p => (Field: p.Key.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal), p.Value)).ToList();
            var key = sent.Find(s => s.Field == "metadata.cdc_key").Value ?? (path.Length == 3 ? _keyOf.GetValueOrDefault(path[2]) : null);
            if (key is null || model.Line(key) is not { WasMoved: false } line) continue; // the keys of a moved row may stand in two partitions, which have no common order
            List<(string Field, string Value)> fields = [.. sent.Where(s => known.Contains(s.Field))];
            if (fields.Count == 0 || (path.Length == 3 && fields is [("active", _)])) continue; // the lifecycle's own: an archived predecessor is no version of the row
            var from = reached.GetValueOrDefault(line);
            var version = line.Versions.FindIndex(from.Version, v => Fits(v, fields));
            var text = $"{request.At:mm:ss.fff} {request.Path} {string.Join(' ', fields.Select(f => $"{f.Field}={f.Value}"))}";
            if (version < 0) return new BrokenException("older state after newer", $"{line}: {text} fits no version from #{line.Versions[from.Version].Number} on, which {from.Request} showed");
            reached[line] = (version, text);
        }

        return null;
    }

    private static bool Fits(RowVersion version, List<(string Field, string Value)> fields) =>
        version.IsSold && fields.TrueForAll(f => !version.Words.TryGetValue(f.Field, out var word) || (word ?? "") == f.Value);
}
