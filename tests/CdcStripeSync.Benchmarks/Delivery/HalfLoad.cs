using System.Diagnostics;
using System.Globalization;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Benchmarks.Data;
using CdcStripeSync.Debezium;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.DevStack.Kafka;
using CdcStripeSync.DevStack.Postgres;
using CdcStripeSync.Kafka.Consuming;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Ports;
using Confluent.Kafka;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>How long a change takes from its append to Kafka to Stripe's answer, at half of what was delivered with everything at once.</summary>
/// <remarks>The mock cluster does not answer a waiting fetch when records come, and answers each with one producer's batch: so fetches wait for 5 ms only,
/// and the producer collects 20 ms. A change counts from the moment at which the cluster said that it has it.</remarks>
internal static class HalfLoad
{
    private const int Latency = 100;
    private const int Seconds = 15;
    private const int MostRows = 20_000;
    private const int Partitions = 4;

    public static async Task RunAsync(PostgresServer postgres)
    {
        var schemas = Recording.Open(Repository.File("tests", "fixtures", "debezium", "shop-default-identity"));
        var decoder = new DebeziumDecoder(schemas, new DecoderOptions());
        var (first, later) = new ShopStream(schemas, 7).MakeOnce(MostRows);
        using var cluster = MockKafkaCluster.Start();
        cluster.SetFirstJoinDelay(TimeSpan.Zero);
        cluster.CreateTopic(first[0].Origin.Topic, Partitions);
        using var stripe = SimulatorProcess.Start(Latency);
        var database = await BenchRun.DatabaseAsync(postgres);
        await using var run = await BenchRun.OpenAsync(postgres.ConnectionString(database), stripe.Address, BudgetOptions.Unlimited, ShopMapping.Read());
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers, LingerMs = 20 }).SetLogHandler((_, _) => { }).Build();
        var observer = new AnswerTimes();
        using var stop = new CancellationTokenSource();
        await using var source = new KafkaRecordSource(new KafkaSourceOptions(cluster.BootstrapServers, "bench", [first[0].Origin.Topic], new Dictionary<string, string> { ["fetch.wait.max.ms"] = "5" }));

        // The rows' first load, everything at once: it says what full load is.
        foreach (var record in first) Append(producer, record);
        producer.Flush();
        var delivery = run.DeliverAsync(source, decoder, RecordImages.Of(run.Map, schemas), observer, stop.Token);
        while (observer.Requests == 0 && !delivery.IsCompleted) await Task.Delay(20);
        var (clock, before) = (Stopwatch.StartNew(), observer.Requests);
        while (observer.Requests < MostRows && !delivery.IsCompleted) await Task.Delay(20);
        var full = (MostRows - before) / clock.Elapsed.TotalSeconds;
        var rate = Math.Min(full / 2, MostRows / (double)Seconds);
        await Task.Delay(2_000);

        observer.Begin();
        using var process = Process.GetCurrentProcess();
        var (own, store, pauses) = (process.TotalProcessorTime, await StoreLoad.LookAsync(postgres, database), GC.GetTotalPauseDuration());
        var count = (int)Math.Min(MostRows, rate * Seconds);
        await Task.Factory.StartNew(() => Produce(producer, later.Take(count), rate, observer), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (observer.Answers < count && !delivery.IsCompleted) await Task.Delay(20);
        process.Refresh();
        own = process.TotalProcessorTime - own;
        pauses = GC.GetTotalPauseDuration() - pauses;
        await Task.Delay(1_500);
        store = await StoreLoad.LookAsync(postgres, database) - store;
        await stop.CancelAsync();
        await delivery;
        Say(string.Create(CultureInfo.InvariantCulture, $"half load, {Latency} ms latency: full load {full:0} requests/s (a first load of {MostRows} rows), then {rate:0} changes/s for {count / rate:0} s"), observer.All());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  CPU seconds for 1,000 changes: {own.TotalSeconds * 1_000 / count:0.00} here (with the producer), {store.Cpu * 1_000 / count:0.00} PostgreSQL's, which rewrote {store.Rewritten} rows, {store.Hot} of them without an index (HOT); collections stopped this process for {pauses.TotalMilliseconds:0} ms in all"));
    }

    private static void Say(string load, IReadOnlyList<AnswerTimes.Stages> rows)
    {
        double At(Func<AnswerTimes.Stages, double> stage, double share) => rows.Select(stage).Order().ElementAt(Math.Min(rows.Count - 1, (int)(rows.Count * share)));
        string Both(Func<AnswerTimes.Stages, double> stage) => string.Create(CultureInfo.InvariantCulture, $"p50 {At(stage, 0.5):0} ms, p99 {At(stage, 0.99):0} ms");
        var slow = rows.OrderByDescending(r => r.Whole).Take(Math.Max(1, rows.Count / 100)).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\n{load}; from the append to Kafka to Stripe's answer, less {Latency} ms: {Both(r => r.Whole - Latency)}, longest {At(r => r.Whole - Latency, 1):0} ms"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  of this reading {Both(r => r.Read)}; planning and storing the intent {Both(r => r.Stored)}; the request {Both(r => r.Asked - Latency)}; the slowest hundredth: {slow.Average(r => r.Read):0} + {slow.Average(r => r.Stored):0} + {slow.Average(r => r.Asked) - Latency:0} ms"));
    }

    /// <summary>At a steady rate.</summary>
    private static void Produce(IProducer<byte[], byte[]> producer, IEnumerable<SourceRecord> records, double rate, AnswerTimes observer)
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var (i, record) in records.Index())
        {
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < i / rate) Thread.Sleep(1);
            Append(producer, record, () => observer.Appended(record.Key!.Value));
        }
    }

    private static void Append(IProducer<byte[], byte[]> producer, SourceRecord record, Action? appended = null)
    {
        var message = new Message<byte[], byte[]> { Key = record.Key!.Value.ToArray(), Value = record.Value!.Value.ToArray() };
        producer.Produce(new TopicPartition(record.Origin.Topic, record.Origin.Partition), message, appended is null ? null : _ => appended());
    }
}
