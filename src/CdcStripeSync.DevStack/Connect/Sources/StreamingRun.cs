using System.Text.Json.Nodes;
using CdcStripeSync.DevStack.Connector;
using CdcStripeSync.DevStack.Kafka;

namespace CdcStripeSync.DevStack.Connect.Sources;

/// <summary>A task that streams a real database. As with Debezium, what Kafka has is settled, and nobody is waited for.</summary>
internal sealed class StreamingRun : ITaskRun, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SettlementLedger _ledger = new();
    private readonly HashSet<string> _topics = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly KafkaRecordSink _sink;
    private readonly JsonObject? _before;
    private readonly TimeProvider _time;
    private readonly Task _running;

    public StreamingRun(
        ConnectorOptions options, SignalSettings signals, MockKafkaCluster kafka, ISchemaIds schemas, string stateFile, JsonObject? offset, Action<string> failed, TimeProvider time)
    {
        _before = offset;
        _time = time;
        _sink = new KafkaRecordSink(kafka.BootstrapServers, topic => kafka.CreateTopic(topic, options.Partitions), static () => 0, (record, _) => Appended(record));
        var backfills = new Backfills(options, signals, kafka, schemas, time);
        Action<TableSignal>? signalled = signals.ReadsTable ? backfills.Take : null;
        _running = RunAsync(new PostgresConnector(options, _sink, schemas, _ledger, new SilentEvents(), time, stateFile) { Signalled = signalled }, backfills, failed);
    }

    public string? Trace => null;

    public IReadOnlyCollection<string> Topics
    {
        get
        {
            lock (_lock) return [.. _topics];
        }
    }

    public JsonObject? Offset => _ledger.SettledUpTo is { } lsn and > 0
        ? new JsonObject { ["lsn_proc"] = lsn, ["lsn"] = lsn, ["lsn_commit"] = lsn, ["ts_usec"] = _time.GetUtcNow().Subtract(DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond }
        : _before?.DeepClone().AsObject();

    public ValueTask DisposeAsync() => new(StopAsync());

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _sink.Dispose();
        _stop.Dispose();
    }

    /// <summary>Both halves end together: a task that fails listens to no signals either.</summary>
    private async Task RunAsync(PostgresConnector connector, Backfills backfills, Action<string> failed)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var parts = new[] { connector.RunAsync(both.Token), backfills.RunAsync(both.Token) };
        try
        {
            await await Task.WhenAny(parts);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Told to stop.
        }
        catch (Exception e)
        {
            failed(FailureTrace.Of(e.Message));
        }
        finally
        {
            await both.CancelAsync();
            await Task.WhenAll(parts).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void Appended(OutgoingRecord record)
    {
        _ledger.AppendedUnread(record.Position);
        // Connect counts the topics that the connector itself writes to, not its heartbeats.
        lock (_lock) _topics.Add(record.Topic);
    }

    private sealed class SilentEvents : IConnectorEvents
    {
        public void Report(ConnectorEvent connectorEvent)
        {
            // The worker has no log that anybody reads.
        }
    }
}
