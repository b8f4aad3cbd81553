using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>How many unsettled records fit into memory, by the average size of those read lately.</summary>
public sealed class Room(int mostRecords, long mostBytes)
{
    private const double NewestShare = 0.2;
    private double _average;

    public int Records => _average > 0 ? (int)Math.Clamp(mostBytes / _average, 1, mostRecords) : mostRecords;

    public void Read(IReadOnlyCollection<SourceRecord> batch)
    {
        var average = batch.Average(r => (double)(r.Key?.Length ?? 0) + (r.Value?.Length ?? 0));
        _average = _average > 0 ? _average + ((average - _average) * NewestShare) : average;
    }
}
