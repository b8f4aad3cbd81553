namespace CdcStripeSync.CrashTest.Running;

/// <summary>What became of the seeds so far.</summary>
/// <param name="asked">How many there are to be.</param>
internal sealed class CampaignTally(int asked)
{
    private const int Between = 10;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<ulong, RunResult> _results = [];
    private readonly List<ulong> _ended = [];

    public int Asked => asked;

    /// <summary>By seed.</summary>
    public IReadOnlyList<RunResult> Results
    {
        get
        {
            lock (_lock) return [.. _results.Values];
        }
    }

    /// <summary>Seeds during which the mock cluster ended the worker, each as often as it did.</summary>
    public IReadOnlyList<ulong> Ended
    {
        get
        {
            lock (_lock) return [.. _ended.Order()];
        }
    }

    /// <returns>How far it is, where it is time to say so.</returns>
    public string? Add(RunResult result)
    {
        lock (_lock)
        {
            _results[result.Seed] = result;
            if (_results.Count % Between != 0) return null;
            var failed = _results.Values.Count(r => r.Broken is not null);
            return $"{_results.Count} of {asked} runs, {failed} failed, the mock cluster ended itself {_ended.Count} times";
        }
    }

    public void MockClusterEnded(ulong seed)
    {
        lock (_lock) _ended.Add(seed);
    }
}
