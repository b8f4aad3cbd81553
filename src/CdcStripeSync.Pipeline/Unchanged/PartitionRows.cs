using CdcStripeSync.Core.Changes;
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
    private readonly List<SettledRow> _passed = [];
    private Place[] _places = new Place[FirstSize];
    private int _count;

    internal PartitionRows(SettledRows book, PartitionId partition, IRecordImages images, ulong seed)
    {
        _book = book;
        Partition = partition;
        _images = images;
        _hash = new KeyHash(seed);
    }

    internal PartitionId Partition { get; }

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
            if (place.Bytes is { } image) Prefetch.Object(image, place.Size); // read once: without the gate the place may change meanwhile
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
        if (!record.Key.HasValue) return Passing.No;
        ref readonly var place = ref _places[Look(hash)];
        if (place.Row is not { } row) return Passing.No;
        ref var trail = ref RowTrail.Of(place.Bytes!);
        if (trail.Links != _book.Links || !_images.SaysTheSame(place.Image, record, _stamp)) return Passing.No;
        var passing = row.Pass(ref trail, _stamp, record.Origin.Offset);
        if (passing == Passing.First) _passed.Add(row);
        return passing;
    }

    internal RecordOrigin OriginOf(long offset) => new(Partition.Topic, Partition.Partition, offset);

    /// <summary>Rows whose positions wait to be written, each once.</summary>
    internal void TakePassed(List<SettledRow> passed)
    {
        lock (Gate)
        {
            passed.AddRange(_passed);
            _passed.Clear();
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

            _places[at] = new Place(hash, row);
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

    /// <summary>The place of a key with this hash, or the empty one where it belongs. Of two keys with the same hash it may be the other's: the
    /// image tells.</summary>
    private int Look(uint hash)
    {
        var places = _places;
        var mask = places.Length - 1;
        var at = (int)hash & mask;
        while (places[at].Row is not null && places[at].Hash != hash) at = (at + 1) & mask;
        return at;
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

    /// <summary>All that leads to a row and its image, in half a line of the processor's.</summary>
    private readonly struct Place(uint hash, SettledRow row)
    {
        public readonly uint Hash = hash;
        private readonly ushort _keyLength = row.Image.KeyLength;

        /// <summary>How much of the image is fetched ahead.</summary>
        public readonly ushort Size = (ushort)Math.Min(row.Image.Bytes.Length, Prefetch.MostBytes);
        public readonly SettledRow? Row = row;
        public readonly byte[]? Bytes = row.Image.Bytes;
        private readonly object _form = row.Image.Form;

        public RecordImage Image => new(_form, Bytes!, _keyLength);
    }
}
