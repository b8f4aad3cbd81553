using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Unchanged;

/// <summary>One partition's settled rows by Kafka's key: where a record is looked at before it is decoded.</summary>
/// <remarks>An open table with linear probing: a look is bound by how often it waits for memory, so a place holds all that leads to the row.</remarks>
public sealed class PartitionRows
{
    private const int FirstSize = 64;
    private const int RecordSize = 128;
    private readonly SettledRows _book;
    private readonly IRecordImages _images;
    private readonly KeyHash _hash;
    private readonly EventStamp _stamp = new();
    private Place[] _places = new Place[FirstSize];
    private int _count;

    internal PartitionRows(SettledRows book, IRecordImages images, ulong seed)
    {
        _book = book;
        _images = images;
        _hash = new KeyHash(seed);
    }

    /// <summary>Held for every look at a row of this partition, and every change.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Fetches what looking at these records will need, for all of them at once: looked at one by one, each would wait for memory
    /// several times over. Needs no gate.</summary>
    public void Expect(RecordGroup group)
    {
        var records = group.Records;
        foreach (var record in records) Prefetch.Object(record, RecordSize);
        var places = _places;
        for (var i = 0; i < records.Length; i++)
        {
            var hash = group.Hashes[i] = _hash.Of(records[i].Key.GetValueOrDefault().Span);
            Prefetch.Whole(ref places[(int)hash & (places.Length - 1)]);
        }

        foreach (var hash in group.Hashes.AsSpan(0, records.Length))
        {
            ref readonly var place = ref places[(int)hash & (places.Length - 1)];
            if (place.Row is { } row) Prefetch.Object(row, SettledRow.Size);
            Prefetch.Bytes(place.Image.Bytes);
        }

        // Last, since they lie one behind the other: the processor foresees them best.
        foreach (var record in records) Prefetch.Bytes(record.Value.GetValueOrDefault().Span);
    }

    /// <summary>Decides which records of a group that is <see cref="Expect">expected</see> change anything, up to the first that may: those after
    /// it are looked at when it is on its way. Allocates nothing.</summary>
    /// <param name="from">The first record to look at.</param>
    /// <returns>The first that does not pass; the group's count where all do.</returns>
    public int Pass(RecordGroup group, int from)
    {
        var records = group.Records;
        lock (Gate)
        {
            for (var at = from; at < records.Length; at++)
            {
                if ((group.Passings[at] = Pass(records[at], group.Hashes[at])) == Passing.No) return at;
            }
        }

        return records.Length;
    }

    private Passing Pass(SourceRecord record, uint hash)
    {
        if (record.Key is not { } key) return Passing.No;
        ref readonly var place = ref _places[Find(hash, key.Span)];
        if (place.Row is not { } row || !row.Holds(_book.Links)) return Passing.No;
        if (!_images.SaysTheSame(place.Image, record, _stamp)) return Passing.No;
        var passing = row.Pass(_stamp, record.Origin);
        if (passing == Passing.First) _book.Passed(row);
        return passing;
    }

    internal void Put(SettledRow row)
    {
        var hash = _hash.Of(row.Image.Key);
        lock (Gate)
        {
            var at = Find(hash, row.Image.Key);
            if (_places[at].Row is null && ++_count > _places.Length / 2)
            {
                Grow();
                at = Find(hash, row.Image.Key);
            }

            _places[at] = new Place(hash, row.Image, row);
        }
    }

    internal void Remove(SettledRow row)
    {
        var hash = _hash.Of(row.Image.Key);
        lock (Gate)
        {
            var at = Find(hash, row.Image.Key);
            if (!ReferenceEquals(_places[at].Row, row)) return;
            _count--;
            Close(at);
        }
    }

    /// <summary>The place of this key, or the empty one where it belongs.</summary>
    private int Find(uint hash, ReadOnlySpan<byte> key)
    {
        var places = _places;
        var mask = places.Length - 1;
        var at = (int)hash & mask;
        while (true)
        {
            ref readonly var place = ref places[at];
            if (place.Row is null || (place.Hash == hash && place.Image.Key.SequenceEqual(key))) return at;
            at = (at + 1) & mask;
        }
    }

    /// <summary>Empties a place, and moves up those behind it that it had pushed away.</summary>
    private void Close(int hole)
    {
        var mask = _places.Length - 1;
        for (var at = (hole + 1) & mask; _places[at].Row is not null; at = (at + 1) & mask)
        {
            var home = (int)_places[at].Hash & mask;
            if (((at - home) & mask) < ((at - hole) & mask)) continue;
            _places[hole] = _places[at];
            hole = at;
        }

        _places[hole] = default;
    }

    private void Grow()
    {
        var old = _places;
        _places = new Place[old.Length * 2];
        var mask = _places.Length - 1;
        foreach (var place in old)
        {
            if (place.Row is null) continue;
            var at = (int)place.Hash & mask;
            while (_places[at].Row is not null) at = (at + 1) & mask;
            _places[at] = place;
        }
    }

    private readonly record struct Place(uint Hash, RecordImage Image, SettledRow? Row);
}
