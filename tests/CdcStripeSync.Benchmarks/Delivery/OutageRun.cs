using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using CdcStripeSync.Core.State;
using CdcStripeSync.DevStack.Postgres;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>Stripe is away while many rows change; then it comes back.</summary>
internal static class OutageRun
{
    private static readonly TimeSpan Down = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(PostgresServer postgres, int rows)
    {
        Uri address;
        using (var stripe = SimulatorProcess.Start(100))
        {
            address = stripe.Address;
            await using var first = await BenchRun.OpenAsync(postgres, address, BudgetOptions.Unlimited);
            await first.DeliverAsync(History.Creates(2_000));
        }

        await using var run = await BenchRun.OpenAsync(postgres, address, BudgetOptions.Unlimited);
        using var memory = new MemoryWatch();
        var before = MemoryWatch.Now();
        var heapBefore = MemoryWatch.Heap();
        var observer = new RecoveryObserver();
        await using var source = new GeneratedSource(History.Mixed(rows));
        var delivery = run.DeliverAsync(source, History.Mixed(rows).Decoder, null, observer, default);
        var course = new List<string>();
        for (var i = 1; i <= 3; i++)
        {
            await Task.Delay(Down / 3);
            course.Add(string.Create(CultureInfo.InvariantCulture, $"away for {i * Down.TotalSeconds / 3:0} s {MemoryWatch.Now()}/{MemoryWatch.Heap()}"));
        }

        var failed = observer.Failed;
        using var back = SimulatorProcess.Start(100, null, address.Port);
        var clock = Stopwatch.StartNew();
        for (var tenth = 1; tenth <= 10; tenth++)
        {
            while (observer.Answers < (long)rows * tenth / 10 && !delivery.IsCompleted) await Task.Delay(50);
            course.Add(string.Create(CultureInfo.InvariantCulture, $"{tenth * 10} % sent {MemoryWatch.Now()}/{MemoryWatch.Heap()}"));
        }

        await delivery;
        var drained = clock.Elapsed;
        var counts = await back.CountsAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\noutage: Stripe down for {Down.TotalSeconds:0} s with {rows} new rows (half changes, half a snapshot's), 100 ms latency, no limit; {failed} attempts went unanswered, {observer.Letters} dead letters"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  memory, resident/objects in MB: before {before}/{heapBefore}; {string.Join(", ", course)}; at most {memory.Peak}/{memory.HeapPeak}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  first answer {observer.FirstAnswer(clock).TotalSeconds:0.0} s after it was back, drained in {drained.TotalSeconds:0.0} s ({counts.Received / drained.TotalSeconds:0} requests/s, {counts.Writes} writes for {rows} rows)"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  order: of each tenth of the requests, changes were {string.Join(" ", observer.Shares(10).Select(s => s.ToString("0", CultureInfo.InvariantCulture)))} % (a snapshot's rows never starve: every eighth at least)"));
    }

    /// <summary>Which requests were answered, in their order.</summary>
    private sealed class RecoveryObserver : CountingObserver
    {
        private readonly ConcurrentQueue<bool> _live = new();
        private int _failed;
        private int _letters;
        private long _first;

        public int Failed => _failed;

        public int Letters => _letters;

        public int Answers => _live.Count;

        public override void Sent(EntityKey key, StripeRequest request, StripeOutcome outcome, TimeSpan latency)
        {
            base.Sent(key, request, outcome, latency);
            if (outcome is not StripeOutcome.Success)
            {
                Interlocked.Increment(ref _failed);
                return;
            }

            Interlocked.CompareExchange(ref _first, Stopwatch.GetTimestamp(), 0);
            _live.Enqueue(History.IsLive(int.Parse(key.Key, CultureInfo.InvariantCulture)));
        }

        public override void DeadLettered(DeadLetter letter) => Interlocked.Increment(ref _letters);

        public TimeSpan FirstAnswer(Stopwatch since) => Stopwatch.GetElapsedTime(_first) is var ago && ago < since.Elapsed ? since.Elapsed - ago : TimeSpan.Zero;

        /// <summary>Percent of changes in equal parts of the answers.</summary>
        public IEnumerable<double> Shares(int parts) => _live.ToArray().Chunk((_live.Count / parts) + 1).Select(part => 100.0 * part.Count(l => l) / part.Length);
    }
}
