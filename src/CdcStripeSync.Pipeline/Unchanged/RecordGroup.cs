using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Unchanged;

/// <summary>Records of one partition that wait together, in order, and what is found of them before they are decoded. Filled anew for each group; not thread-safe.</summary>
public sealed class RecordGroup
{
    /// <summary>What so many records need fits into a core's nearest memory.</summary>
    public const int Size = 24;

    private readonly SourceRecord[] _records = new SourceRecord[Size];

    public int Count { get; private set; }

    public bool IsFull => Count == Size;

    public SourceRecord this[int at] => _records[at];

    internal ReadOnlySpan<SourceRecord> Records => _records.AsSpan(0, Count);

    /// <summary>Hashes of the records' keys.</summary>
    internal uint[] Hashes { get; } = new uint[Size];

    /// <summary>What is known of each record that was looked at.</summary>
    public Passing[] Passings { get; } = new Passing[Size];

    public void Add(SourceRecord record) => _records[Count++] = record;

    public void Clear() => Count = 0;
}
