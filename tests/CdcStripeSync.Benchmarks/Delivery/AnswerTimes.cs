using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>Times each row from the append of its one change to Stripe's answer, stage by stage.</summary>
internal sealed class AnswerTimes : CountingObserver
{
    private readonly ConcurrentDictionary<string, Times> _rows = new(StringComparer.Ordinal);
    private int _answers;
    private volatile bool _counts;

    public int Answers => _answers;

    /// <summary>From here on, answers are counted.</summary>
    public void Begin() => _counts = true;

    /// <param name="key">The record's key: Confluent's frame around one Avro number.</param>
    public void Appended(ReadOnlyMemory<byte> key) => Of(Number(key.Span[5..]).ToString(CultureInfo.InvariantCulture)).Appended = Stopwatch.GetTimestamp();

    public override void Judged(EntityKey key, ChangeEvent change, string verdict)
    {
        if (_counts) Of(key.Key).Judged = Stopwatch.GetTimestamp();
    }

    public override void Sent(EntityKey key, StripeRequest request, StripeOutcome outcome, TimeSpan latency)
    {
        base.Sent(key, request, outcome, latency);
        if (!_counts) return;
        var row = Of(key.Key);
        row.Answered = Stopwatch.GetTimestamp();
        row.Latency = latency.TotalMilliseconds;
        Interlocked.Increment(ref _answers);
    }

    /// <summary>All rows that were answered.</summary>
    public IReadOnlyList<Stages> All() =>
        [.. _rows.Values.Where(r => r is { Appended: > 0, Answered: > 0 }).Select(r => new Stages(Between(r.Appended, r.Judged), Between(r.Judged, r.Answered) - r.Latency, r.Latency))];

    private Times Of(string key) => _rows.GetOrAdd(key, _ => new Times());

    private static double Between(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;

    private static long Number(ReadOnlySpan<byte> zigzag)
    {
        ulong number = 0;
        for (var i = 0; i < zigzag.Length; i++) number |= (ulong)(zigzag[i] & 0x7f) << (7 * i);
        return (long)(number >> 1);
    }

    /// <summary>Milliseconds.</summary>
    /// <param name="Read">From the append until the change was read, decoded and about to be planned.</param>
    /// <param name="Stored">From there until it was planned and its intent stored.</param>
    /// <param name="Asked">From there until Stripe's answer was here.</param>
    internal readonly record struct Stages(double Read, double Stored, double Asked)
    {
        public double Whole => Read + Stored + Asked;
    }

    private sealed class Times
    {
        public long Appended { get; set; }

        public long Judged { get; set; }

        public long Answered { get; set; }

        public double Latency { get; set; }
    }
}
