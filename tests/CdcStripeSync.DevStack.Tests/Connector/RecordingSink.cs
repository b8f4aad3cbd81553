using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using CdcStripeSync.DevStack.Connector;

namespace CdcStripeSync.DevStack.Tests.Connector;

/// <summary>Sink and registry in memory; can hold the connector back, and decides what counts as settled.</summary>
internal sealed class RecordingSink : IRecordSink, ISchemaIds, ISettledPositions, IConnectorEvents
{
    private readonly ConcurrentQueue<OutgoingRecord> _records = [];
    private readonly ConcurrentDictionary<(string, string), int> _ids = [];
    private readonly ConcurrentDictionary<int, string> _schemas = [];
    private TaskCompletionSource _gate = Opened();
    private ulong _newest;

    public ConcurrentQueue<ConnectorEvent> Events { get; } = [];

    /// <summary>Null: nothing is ever settled.</summary>
    public bool SettlesAll { get; set; } = true;

    public ulong? SettledUpTo => SettlesAll ? Volatile.Read(ref _newest) : null;

    public IReadOnlyList<ReadableRecord> Records => [.. _records.Select(Readable)];

    public IReadOnlyList<OutgoingRecord> Raw => [.. _records];

    public void Close() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _gate.TrySetResult();

    public async Task AppendAsync(OutgoingRecord record, CancellationToken cancellationToken)
    {
        await _gate.Task.WaitAsync(cancellationToken);
        _records.Enqueue(record);
        Volatile.Write(ref _newest, Math.Max(_newest, record.Position));
    }

    public Task<int> RegisterAsync(string subject, string schemaJson, CancellationToken cancellationToken)
    {
        var id = _ids.GetOrAdd((subject, schemaJson), _ => _ids.Count + 1);
        _schemas[id] = schemaJson;
        return Task.FromResult(id);
    }

    public void Report(ConnectorEvent connectorEvent) => Events.Enqueue(connectorEvent);

    public async Task WaitForAsync(Func<IReadOnlyList<ReadableRecord>, bool> condition)
    {
        for (var i = 0; !condition(Records); i++)
        {
            if (i == 600)
                throw new TimeoutException($"not reached after {Records.Count} records; events: {string.Join(" | ", Events)}");
            await Task.Delay(50);
        }
    }

    public async Task WaitForEventAsync(ConnectorEventKind kind)
    {
        for (var i = 0; Events.All(e => e.Kind != kind); i++)
        {
            if (i == 600)
                throw new TimeoutException($"no {kind}; events: {string.Join(" | ", Events)}");
            await Task.Delay(50);
        }
    }

    private static TaskCompletionSource Opened()
    {
        var gate = new TaskCompletionSource();
        gate.SetResult();
        return gate;
    }

    private ReadableRecord Readable(OutgoingRecord record) => new(
        record.Topic, Decode(record.Key), Decode(record.Value), Schema(record.Key), Schema(record.Value),
        [.. record.Headers.Select(h => (h.Key, Encoding.UTF8.GetString(h.Value)))]);

    private JsonNode? Decode(byte[]? wire) => wire is null ? null : AvroJson.Decode(wire, Schema(wire)!);

    private JsonNode? Schema(byte[]? wire)
    {
        if (wire is null)
            return null;
        Assert.Equal(0, wire[0]);
        return JsonNode.Parse(_schemas[BinaryPrimitives.ReadInt32BigEndian(wire.AsSpan(1))]);
    }
}
