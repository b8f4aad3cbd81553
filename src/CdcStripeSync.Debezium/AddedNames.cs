using CdcStripeSync.Debezium.Envelope;

namespace CdcStripeSync.Debezium;

/// <summary>Under which names <c>ExtractNewRecordState</c> adds parts of the envelope: <c>add.fields</c> or <c>add.headers</c>, and its prefix.</summary>
/// <remarks>Source: Debezium's AbstractExtractNewRecordState.FieldReference.</remarks>
public sealed record AddedNames
{
    private static readonly HashSet<string> OfSource = new(StringComparer.Ordinal)
    {
        "version", "connector", "name", "snapshot", "db", "sequence", "schema", "table", "txId", "lsn", "xmin", "server_id", "gtid", "file", "pos", "row", "thread", "query",
    };

    private static readonly HashSet<string> OfEnvelope = new(StringComparer.Ordinal) { "op", "ts_ms", "ts_us", "ts_ns" };

    private static readonly HashSet<string> OfTransaction = new(StringComparer.Ordinal) { "id", "total_order", "data_collection_order" };

    private readonly Dictionary<string, AddedPart> _listed;

    private AddedNames(string prefix, string list, Dictionary<string, AddedPart> listed) => (Prefix, List, _listed) = (prefix, list, listed);

    public static AddedNames Usual { get; } = Of("__", "");

    public string Prefix { get; }

    /// <summary>As the connector's option has it, <c>op:operation,source.lsn:lsn_at</c>; empty where it is not told.</summary>
    public string List { get; }

    /// <exception cref="FormatException">The list is not as the connector's option has it; the message says where.</exception>
    public static AddedNames Of(string prefix, string list)
    {
        var listed = new Dictionary<string, AddedPart>(StringComparer.Ordinal);
        foreach (var entry in list.Trim().Length == 0 ? [] : list.TrimEnd().TrimEnd(',').Split(',', StringSplitOptions.TrimEntries))
        {
            // As Java splits: nothing behind the colon is no other name.
            var halves = entry.EndsWith(':') ? [entry[..^1]] : entry.Split(':');
            if (halves.Length > 2 || halves.Any(h => h.Length == 0)) throw new FormatException($"'{entry}' is neither a part of the envelope nor part:name, as in op,source.lsn:lsn_at");
            var name = prefix + (halves.Length == 2 ? halves[1] : halves[0].Replace('.', '_'));
            var part = PartOf(halves[0]);
            if (!listed.TryAdd(name, part) && listed[name] != part) throw new FormatException($"'{entry}' takes the name '{name}' that another part has already; each needs a name of its own");
        }

        return new AddedNames(prefix, list, listed);
    }

    /// <summary>Null for a column of the table, also one that merely begins like an added field.</summary>
    /// <remarks>What is not listed has its usual name: so had what was written before it was renamed. Without a prefix that is left to what is hardly a
    /// column's own name, and to nothing where there is a list.</remarks>
    internal AddedPart? Find(string name)
    {
        if (_listed.TryGetValue(name, out var listed)) return listed;
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        if (Prefix.Length == 0 && (_listed.Count > 0 || (name is not ("op" or "lsn") && !name.StartsWith("source_", StringComparison.Ordinal)))) return null;
        name = name[Prefix.Length..];
        return name.StartsWith("source_", StringComparison.Ordinal) ? new AddedPart(true, name["source_".Length..])
            : OfSource.Contains(name) ? new AddedPart(true, name)
            : OfEnvelope.Contains(name) || name.StartsWith("transaction_", StringComparison.Ordinal) ? new AddedPart(false, name)
            : null;
    }

    public bool Equals(AddedNames? other) => other is not null && Prefix == other.Prefix && List == other.List;

    public override int GetHashCode() => HashCode.Combine(Prefix, List);

    /// <summary>A part that is not told where it stands is the source's, unless it is the envelope's or its transaction's.</summary>
    private static AddedPart PartOf(string part) =>
        part.StartsWith("source.", StringComparison.Ordinal) ? new AddedPart(true, part["source.".Length..])
        : new AddedPart(!part.Contains('.', StringComparison.Ordinal) && !OfEnvelope.Contains(part) && !OfTransaction.Contains(part), part);
}
