using System.Diagnostics;
using System.Globalization;

namespace CdcStripeSync.CrashTest.Running;

/// <summary>What was done when, in one run; and how often, by kind.</summary>
internal sealed class RunLog
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public TimeSpan Elapsed => _clock.Elapsed;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    public IReadOnlyDictionary<string, int> Counts
    {
        get
        {
            lock (_lock) return new SortedDictionary<string, int>(_counts, StringComparer.Ordinal);
        }
    }

    public void Say(string text)
    {
        lock (_lock) _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{_clock.Elapsed.TotalSeconds,7:0.000} {text}"));
    }

    /// <summary>A fault that came to pass.</summary>
    public void Fault(string kind, string detail = "")
    {
        lock (_lock) _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        Say(detail.Length == 0 ? kind : $"{kind}: {detail}");
    }
}
