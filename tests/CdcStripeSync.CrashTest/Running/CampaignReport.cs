using System.Globalization;

namespace CdcStripeSync.CrashTest.Running;

/// <summary>A campaign for a person to read: faults beside outcomes, and the sums.</summary>
internal sealed class CampaignReport(CampaignTally tally, TimeSpan took)
{
    private const int MostShown = 10;
    private readonly IReadOnlyList<RunResult> _results = tally.Results;

    /// <summary>Seeds that the mock cluster ended each time: neither held nor failed.</summary>
    private readonly List<ulong> _undecided = [.. tally.Ended.Distinct().Except(tally.Results.Select(r => r.Seed))];

    /// <summary>Every run that was begun came to its end, and held.</summary>
    public bool HasHeld => _results.Count > 0 && _undecided.Count == 0 && _results.All(r => r.Broken is null);

    public IEnumerable<string> Lines() => _results.Count == 0 ? Endings() : ["", .. History(), "", .. Faults(), "", .. Failures(), .. Endings(), Sums()];

    private IEnumerable<string> History() =>
        [$"{"history",-46}{"times",8}", .. Kinds(r => r.History).Select(kind => $"{kind,-46}{_results.Sum(r => r.History.GetValueOrDefault(kind)),8}")];

    private IEnumerable<string> Faults()
    {
        yield return $"{"fault",-46}{"times",8}{"runs ok",9}{"failed",8}";
        foreach (var kind in Kinds(r => r.Faults))
        {
            var met = _results.Where(r => r.Faults.ContainsKey(kind)).ToList();
            yield return $"{kind,-46}{met.Sum(r => r.Faults[kind]),8}{met.Count(r => r.Broken is null),9}{met.Count(r => r.Broken is not null),8}";
        }
    }

    private IEnumerable<string> Failures() => _results.Where(r => r.Broken is not null).GroupBy(r => r.Invariant)
        .Select(group => $"failed: {group.Key}: {group.Count()} runs, seeds {string.Join(' ', group.Take(MostShown).Select(r => r.Seed))}");

    private IEnumerable<string> Endings()
    {
        if (tally.Ended.Count > 0) yield return $"the mock cluster ended itself {tally.Ended.Count} times, and these seeds were run again: {string.Join(' ', tally.Ended)}";
        if (_undecided.Count > 0) yield return $"not decided, since it did so each time: {string.Join(' ', _undecided)}";
        if (_results.Count + _undecided.Count < tally.Asked) yield return $"{_results.Count + _undecided.Count} of {tally.Asked} runs were begun and ended: the time was up, or it was told to stop";
    }

    private string Sums()
    {
        var held = _results.Where(r => r.Broken is null).OrderBy(r => r.Settling).ToList();
        var settled = held.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
            $"; settled after the last fault: median {held[held.Count / 2].Settling.TotalSeconds:0.0} s, longest {held[^1].Settling.TotalSeconds:0.0} s (seed {held[^1].Seed})");
        return string.Create(CultureInfo.InvariantCulture,
            $"{_results.Count} runs, {held.Count} ok, {_results.Count - held.Count} failed; {_results.Sum(r => r.Records)} records, {_results.Sum(r => r.Requests)} requests; {took.TotalMinutes:0.0} min, {_results.Count / took.TotalMinutes:0.0} runs/minute{settled}");
    }

    private IEnumerable<string> Kinds(Func<RunResult, IReadOnlyDictionary<string, int>> of) => _results.SelectMany(r => of(r).Keys).Distinct().Order(StringComparer.Ordinal);
}
