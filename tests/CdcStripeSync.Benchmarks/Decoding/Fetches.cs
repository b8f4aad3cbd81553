using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Benchmarks.Decoding;

/// <summary>Records as a consumer hands them over: some hundred at a time, their bytes copied out of the client's buffer just before. What decodes them
/// finds them where that copy left them, not in memory that nobody has touched for long.</summary>
internal sealed class Fetches(SourceRecord[] records)
{
    private const int Size = 500;
    private readonly SourceRecord[] _fetched = new SourceRecord[Size];

    /// <summary>The records of a fetch, and the index of its first; null behind the last.</summary>
    public (ArraySegment<SourceRecord> Records, int First)? Next(int fetch)
    {
        var first = fetch * Size;
        if (first >= records.Length) return null;
        var count = Math.Min(Size, records.Length - first);
        for (var i = 0; i < count; i++) _fetched[i] = Copy(records[first + i]);
        return (new ArraySegment<SourceRecord>(_fetched, 0, count), first);
    }

    /// <summary>Its bytes lie after those of the record before.</summary>
    public static SourceRecord Copy(SourceRecord record) => record with { Key = record.Key?.ToArray(), Value = record.Value!.Value.ToArray() };
}
