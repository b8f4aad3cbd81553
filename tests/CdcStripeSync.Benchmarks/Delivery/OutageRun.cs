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
        await Task.Delay(Down / 2);
        var half = MemoryWatch.Now();
        await Task.Delay(Down / 2);
        var end = MemoryWatch.Now();
        var heapEnd = MemoryWatch.Heap();
        var failed = observer.Failed;
        using var back = SimulatorProcess.Start(100, null, address.Port);
        var clock = Stopwatch.StartNew();
        await delivery;
        var drained = clock.Elapsed;
        var counts = await back.CountsAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\noutage: Stripe down for {Down.TotalSeconds:0} s with {rows} new rows (half changes, half a snapshot's), 100 ms latency, no limit; {failed} attempts went unanswered, {observer.Letters} dead letters"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  memory: {before} MB before, {half} MB in the middle, {end} MB at the end of the outage, {memory.Peak} MB at most, {MemoryWatch.Now()} MB after (of this objects: {heapBefore}, {heapEnd} at the end, {memory.HeapPeak} at most); first answer {observer.FirstAnswer(clock).TotalSeconds:0.0} s after it was back, drained in {drained.TotalSeconds:0.0} s ({counts.Received / drained.TotalSeconds:0} requests/s, {counts.Writes} writes for {rows} rows)"));
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
