using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Settling;

/// <summary>What of one partition is settled. Not synchronised.</summary>
/// <param name="stored">What was settled when the partition was last worked on; null where nobody knows of that.</param>
internal sealed class PartitionLedger(StoredOffset? stored)
{
    /// <summary>Read and not settled. What lies between is settled: however much that is, it takes no memory.</summary>
    private readonly SortedSet<long> _open = [];
    private long _newest = -1;
    private (long First, long Newest)? _counted;
    private (long Next, string Metadata)? _reported;
    private bool _isNews;
    private bool _beganBelow;

    public int Unsettled => _open.Count;

    /// <summary>Offset below which records were read, here or before.</summary>
    public long Known => Math.Max(_newest + 1, stored is { } known ? known.Highest ?? known.Next : 0);

    /// <summary>What an earlier start had settled, as far as it is not passed.</summary>
    public SettledRanges Before { get; private set; } = stored is { } known ? SettledRanges.Parse(known.Next, known.Metadata) : SettledRanges.None;

    /// <summary>Where nothing was read here, settled is what lies below the stored offset.</summary>
    private long Next => _open.Count > 0 ? _open.Min : _newest < 0 && stored is { } known ? known.Next : _newest + 1;

    public void Read(long offset)
    {
        // What begins below the stored offset may be another topic of the same name, whose offsets began anew: nothing of it was ever settled.
        if (_newest < 0 && offset < stored?.Next) (Before, _beganBelow) = (SettledRanges.None, true);
        _open.Add(offset);
        _newest = offset;
        _isNews = true;
    }

    public void Settle(long offset)
    {
        _open.Remove(offset);
        _isNews = true;
    }

    public void Count(long offset)
    {
        Settle(offset);
        _counted = (_counted?.First ?? offset, offset);
    }

    /// <returns>The lowest unsettled offset and what is settled beyond it, and whether it is the first since reading began below what the store knew; null
    /// where that is what was last told.</returns>
    public (long Next, string Metadata, bool BeginsAnew)? Advanced()
    {
        if (!_isNews || (_newest < 0 && stored is null)) return null;
        _isNews = false;
        if (Before.Ranges is [.., var last] && last.Last < Next) Before = SettledRanges.None;
        var now = (Next, SettledRanges.Text(Next, Beyond()));
        if (now == _reported) return null;
        _reported = now;
        var beginsAnew = _beganBelow;
        _beganBelow = false;
        return (now.Next, now.Item2, beginsAnew);
    }

    /// <summary>The next <see cref="Advanced"/> tells it, moved or not.</summary>
    public void TellAgain()
    {
        _reported = null;
        _isNews = true;
    }

    public void TakeBack(StoredOffset told)
    {
        if (_reported == (told.Next, told.Metadata)) TellAgain();
        _beganBelow |= told.BeginsAnew;
    }

    private IEnumerable<OffsetRange> Beyond()
    {
        if (_counted is { Newest: var newest } && newest < Next) _counted = null;
        var certain = _counted?.First - 1 ?? long.MaxValue; // what is only counted is read again, as the record that stands for it is
        var end = Next;
        foreach (var open in _open.Skip(1).Append(_newest + 1))
        {
            if (Math.Min(open - 1, certain) is var last && last > end) yield return new OffsetRange(end + 1, last);
            if (open > certain) break;
            end = open;
        }

        foreach (var range in Before.Beyond(Math.Max(_newest, Next))) yield return range;
    }
}
