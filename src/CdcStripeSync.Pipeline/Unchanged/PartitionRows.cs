using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Unchanged;

/// <summary>One partition's settled rows by Kafka's key: where a record is looked at before it is decoded.</summary>
/// <remarks>An open table with linear probing: a look is bound by how often it waits for memory, so a place holds all that leads to the row.</remarks>
public sealed class PartitionRows
{
    /// <summary>Records that <see cref="Expect"/> looks ahead for: what they need fits into a core's nearest memory.</summary>
    public const int MostExpected = 16;

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

    /// <summary>Decides whether a record changes anything. Allocates nothing.</summary>
    public Passing Pass(SourceRecord record)
    {
        if (record.Key is not { } key) return Passing.No;
        var hash = _hash.Of(key.Span);
        lock (Gate)
        {
            ref readonly var place = ref _places[Find(hash, key.Span)];
            if (place.Row is not { } row || !row.Holds(_book.Links)) return Passing.No;
            if (!_images.SaysTheSame(place.Image, record, _stamp)) return Passing.No;
            var passing = row.Pass(_stamp, record.Origin);
            if (passing == Passing.First) _book.Passed(row);
            return passing;
        }
    }

    /// <summary>Fetches what looking at these records will need, for all of them at once: looked at one by one, each would wait for memory
    /// several times over. Changes nothing, and needs no gate.</summary>
    /// <param name="records">At most <see cref="MostExpected"/>.</param>
    public void Expect(ReadOnlySpan<SourceRecord> records)
    {
        if (!Prefetch.IsSupported || records.Length is 0 or > MostExpected) return;
        foreach (var record in records) Prefetch.Object(record, RecordSize);
        foreach (var record in records)
        {
            Prefetch.Bytes(record.Key.GetValueOrDefault().Span);
            Prefetch.Bytes(record.Value.GetValueOrDefault().Span);
        }

        var places = _places;
        Span<int> homes = stackalloc int[MostExpected];
        for (var i = 0; i < records.Length; i++)
        {
            homes[i] = (int)_hash.Of(records[i].Key.GetValueOrDefault().Span) & (places.Length - 1);
            Prefetch.Line(ref places[homes[i]]);
        }

        foreach (var home in homes[..records.Length])
        {
            if (places[home].Row is { } row) Prefetch.Object(row, SettledRow.Size);
            Prefetch.Bytes(places[home].Image.Bytes);
        }
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
