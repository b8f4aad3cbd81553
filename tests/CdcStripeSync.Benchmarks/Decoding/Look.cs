using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Unchanged;

namespace CdcStripeSync.Benchmarks.Decoding;

/// <summary>Looks at records in groups of one partition, as its intake takes them from what waits.</summary>
internal sealed class Look(SourceRecord[] records, PartitionRows[] homes)
{
    private readonly RecordGroup _group = new();

    /// <param name="passed">Receives how many records had each verdict.</param>
    /// <returns>How many records there are.</returns>
    public long AtAll(long[] passed) => At(records, 0, passed);

    /// <param name="some">Some of the records, or copies of them.</param>
    /// <param name="first">The index of their first.</param>
    public long At(ReadOnlySpan<SourceRecord> some, int first, long[] passed)
    {
        for (var at = 0; at < some.Length; at += _group.Count)
        {
            _group.Clear();
            var home = homes[first + at];
            for (var i = at; i < some.Length && homes[first + i] == home && !_group.IsFull; i++) _group.Add(some[i]);
            home.Expect(_group);
            for (var i = home.Pass(_group, 0); i < _group.Count; i = home.Pass(_group, i + 1))
            {
            }

            foreach (var passing in _group.Passings.AsSpan(0, _group.Count)) passed[(int)passing]++;
        }

        return some.Length;
    }
}
