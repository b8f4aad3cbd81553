using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>Times each row from the append of its one change to Stripe's answer.</summary>
internal sealed class AnswerTimes : CountingObserver
{
    private readonly ConcurrentDictionary<string, long> _appended = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<double> _took = new();
    private readonly ConcurrentQueue<double> _read = new();
    private volatile bool _counts;

    public int Answers => _took.Count;

    /// <summary>From here on, answers are counted.</summary>
    public void Begin() => _counts = true;

    /// <param name="key">The record's key: Confluent's frame around one Avro number.</param>
    public void Appended(ReadOnlyMemory<byte> key) => _appended[Number(key.Span[5..]).ToString(CultureInfo.InvariantCulture)] = Stopwatch.GetTimestamp();

    /// <summary>Milliseconds until the change was read, decoded and about to be planned.</summary>
    public double Read(int percent) => At(_read, percent);

    public override void Judged(EntityKey key, ChangeEvent change, string verdict)
    {
        if (_counts && _appended.TryGetValue(key.Key, out var at)) _read.Enqueue(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
    }

    public override void Sent(EntityKey key, StripeRequest request, StripeOutcome outcome, TimeSpan latency)
    {
        base.Sent(key, request, outcome, latency);
        if (_counts && _appended.TryRemove(key.Key, out var at)) _took.Enqueue(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
    }

    /// <summary>Milliseconds.</summary>
    public double Percentile(int percent) => At(_took, percent);

    private static double At(ConcurrentQueue<double> times, int percent)
    {
        var sorted = times.Order().ToList();
        return sorted.Count == 0 ? double.NaN : sorted[Math.Min(sorted.Count - 1, sorted.Count * percent / 100)];
    }

    private static long Number(ReadOnlySpan<byte> zigzag)
    {
        ulong number = 0;
        for (var i = 0; i < zigzag.Length; i++) number |= (ulong)(zigzag[i] & 0x7f) << (7 * i);
        return (long)(number >> 1);
    }
}
