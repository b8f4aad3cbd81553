using CdcStripeSync.CrashTest.Running;

namespace CdcStripeSync.CrashTest.Processes;

/// <summary>Places between two effects of one instance where it can be made to die: the proxies before and behind each effect pass by here.</summary>
internal sealed class Failpoints(RunLog log, string instance, Func<bool> kill)
{
    private const string LookUp = "look-up";

    /// <summary>Every effect, with what stands before it, after it and between its effect and its answer.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        .. from effect in new[] { "intent", "settlement", "offsets", "create", "update", "archive", LookUp }
           from place in new[] { "before", "done, not answered:", "answered:" }
           select $"{place} {effect}",
    ];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _armed = new(StringComparer.Ordinal);

    /// <summary>When an effect of the instance passed last; look-ups, which it begins with, are none.</summary>
    public TimeSpan LastEffect { get; private set; } = TimeSpan.MinValue;

    public void Arm(string name, int nth)
    {
        lock (_lock) _armed[name] = nth;
    }

    public void Clear()
    {
        lock (_lock) _armed.Clear();
    }

    /// <returns>Whether the instance was killed here.</returns>
    public bool Dies(string place, string effect)
    {
        var name = $"{place} {effect}";
        lock (_lock)
        {
            if (effect != LookUp) LastEffect = log.Elapsed;
            if (!_armed.TryGetValue(name, out var left)) return false;
            if (left > 1)
            {
                _armed[name] = left - 1;
                return false;
            }

            if (!kill()) return false; // dead by then: this was still on its way, and the next life is to meet the failpoint
            _armed.Remove(name);
        }

        log.Fault($"kill -9 {name}", instance);
        return true;
    }
}
