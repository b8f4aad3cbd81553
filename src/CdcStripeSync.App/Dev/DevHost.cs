using CdcStripeSync.App.Activity;
using CdcStripeSync.App.Comparison;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.DevStack.Connector;
using CdcStripeSync.DevStack.Kafka;
using CdcStripeSync.DevStack.Registry;
using CdcStripeSync.Kafka.Consuming;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Control;
using CdcStripeSync.Pipeline.Intake;
using CdcStripeSync.Pipeline.Observing;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Postgres;
using CdcStripeSync.Postgres.Source;
using CdcStripeSync.Simulator;
using CdcStripeSync.Stripe;
using CdcStripeSync.Stripe.Reading;
using Npgsql;

namespace CdcStripeSync.App.Dev;

/// <summary>Everything on one machine: PostgreSQL, Kafka, registry, connector, consumer and Stripe, on free ports, with data under one folder.</summary>
internal sealed class DevHost : IAsyncDisposable
{
    private const string ApiKey = "sk_test_devstack";
    private readonly CancellationTokenSource _stop = new();
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly SettlementLedger _ledger = new();
    private Task _connector = Task.CompletedTask;
    private Task _delivery = Task.CompletedTask;
    private Task _saving = Task.CompletedTask;
    private StripeFile _stripeFile = null!;

    public DevDatabase Database { get; private set; } = null!;

    public StripeSimulator Stripe { get; private set; } = null!;

    public IStateStore Store { get; private set; } = null!;

    public Mapping Mapping { get; private init; } = null!;

    public ActivityLog Activity { get; } = new(TimeProvider.System);

    public DeliveryEngine Engine { get; private set; } = null!;

    public IRecordSource Records { get; private set; } = null!;

    /// <summary>What the other commands need to work on this stack.</summary>
    public Settings Settings { get; private set; } = null!;

    public StripeReader Reader { get; private set; } = null!;

    /// <summary>Ends when a part ends by itself, with its failure.</summary>
    public Task Ended => Task.WhenAny(_connector, _delivery).Unwrap();

    /// <summary>Starts all parts; records flow when it returns.</summary>
    public static async Task<DevHost> StartAsync(DevOptions options, Mapping mapping, IDeliveryObserver observer, CancellationToken cancellationToken)
    {
        var host = new DevHost { Mapping = mapping };
        try
        {
            await host.BeginAsync(options, observer, cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public Task SettledAsync(TimeSpan patience, CancellationToken cancellationToken) => SettledAsync(patience, 6, cancellationToken);

    /// <summary>Waits until everything that is committed in the database now is settled.</summary>
    /// <param name="looks">How often in a row it has to look settled.</param>
    public async Task SettledAsync(TimeSpan patience, int looks, CancellationToken cancellationToken)
    {
        var goal = await Database.MarkAsync(cancellationToken);
        var started = TimeProvider.System.GetTimestamp();
        var quiet = 0;
        var before = (ulong)0;
        while (quiet < looks)
        {
            if (_connector.IsCompleted) await _connector;
            if (_delivery.IsCompleted) await _delivery;
            var reached = (_ledger.SettledUpTo ?? 0) >= goal && _ledger.Outstanding == 0 && Engine.Busy == 0 && Engine.Unsettled == 0;
            quiet = reached ? quiet + 1 : 0;
            before = _ledger.SettledUpTo ?? before;
            if (TimeProvider.System.GetElapsedTime(started) > patience)
                throw new UserErrorException($"the stack did not settle within {patience.TotalSeconds:0} s: {_ledger.Outstanding} records open, {Engine.Busy} rows busy, settled to {before:X} of {goal:X}", "look at the log above");
            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>Rows as PostgreSQL has them beside objects as Stripe lists them; the state store is not asked.</summary>
    public async Task<IReadOnlyList<ComparedObject>> CompareAsync(CancellationToken cancellationToken) =>
        await new CatalogueReading(Mapping, Database.Source, Reader).CompareAsync(await Database.TablesAsync(cancellationToken), cancellationToken);

    public Task<IReadOnlyDictionary<string, IReadOnlyList<FieldValue.Object>>> ObjectsAsync(CancellationToken cancellationToken) =>
        new CatalogueReading(Mapping, Database.Source, Reader).ObjectsAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var part in new[] { _connector, _delivery, _saving })
        {
            try
            {
                await part;
            }
            catch (Exception)
            {
                // A part that failed has said so through Ended; the others still have to stop.
            }
        }

        if (Stripe is not null) await _stripeFile.SaveAsync(Stripe);
        for (var i = _parts.Count - 1; i >= 0; i--) await _parts[i].DisposeAsync();
        _stop.Dispose();
    }

    private async Task BeginAsync(DevOptions options, IDeliveryObserver observer, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Folder);
        Database = Keep(await DevDatabase.StartAsync(options.Folder, options.Samples, cancellationToken));
        var registry = Keep(await SchemaRegistryServer.StartAsync(Path.Combine(options.Folder, "schemas.json"), cancellationToken));
        Stripe = Keep(await StripeSimulator.StartAsync(new SimulatorOptions { Latency = options.StripeLatency }, cancellationToken));
        _stripeFile = new StripeFile(Path.Combine(options.Folder, "stripe.json"));
        await _stripeFile.LoadAsync(Stripe, cancellationToken);
        var cluster = MockKafkaCluster.Start();
        Keep(new Disposing(cluster));

        var connectorOptions = ConnectorOptionsReader.Read(DevConnector.Fitted(options.ConnectorFile, Mapping), Variable);
        Settings = DevSettings.Of(options.Mapping, Database, cluster.BootstrapServers, registry.Address, Stripe.BaseAddress, ApiKey, connectorOptions);
        var stateSource = Keep(NpgsqlDataSource.Create(Database.StateConnection));
        var stateConnection = Keep(StateStoreSource.Create(Database.StateConnection));
        Store = await PostgresStateStore.OpenAsync(stateConnection, StateStoreSource.DefaultSchema, cancellationToken);
        await Store.StampAsync(new StoreStamp("acct_sim", "test"), cancellationToken);
        await StripeAccess.IdentifyAsync(Mapping, Store, cancellationToken);
        await ForgetOffsetsAsync(stateSource, cancellationToken);

        var topics = Topics(connectorOptions, await Database.TablesAsync(cancellationToken)).ToList();
        foreach (var topic in topics) cluster.CreateTopic(topic, connectorOptions.Partitions);
        Records = Keep(new SettlementSource(new KafkaRecordSource(new KafkaSourceOptions(cluster.BootstrapServers, "cdc-stripe", topics, new Dictionary<string, string>())), _ledger));
        var schemas = new SchemaRegistryClient(new SchemaRegistryOptions(registry.Address), TimeProvider.System);
        Keep(new Disposing(schemas));
        var gateway = new StripeGateway(new StripeGatewayOptions(Stripe.BaseAddress, ApiKey), TimeProvider.System);
        Keep(new Disposing(gateway));
        var budget = new RequestBudget(BudgetOptions.Unlimited, TimeProvider.System);
        Reader = new StripeReader(Reads.Through(gateway, budget, Activity), TimeSpan.FromSeconds(10));
        Engine = new DeliveryEngine(
            Mapping, Records, new DebeziumDecoder(schemas, new DecoderOptions { TopicPrefix = connectorOptions.TopicPrefix }, t => Mapping.For(t).Any()), Store, gateway,
            budget, TimeProvider.System, new SystemRandomness(), new Observers(Activity, observer),
            new DeliveryOptions { Shadow = options.Shadow, CommitInterval = TimeSpan.FromMilliseconds(100) },
            new PostgresRowReader(Database.Source, Mapping), RecordImages.Of(Mapping, schemas));
        Keep(new Disposing(Engine));
        _delivery = Engine.RunAsync(_stop.Token);

        var sink = new KafkaRecordSink(
            cluster.BootstrapServers, topic => cluster.CreateTopic(topic, connectorOptions.Partitions), () => _ledger.OutstandingBytes,
            (record, at) => Appended(topics, record, at.Partition.Value, at.Offset.Value));
        Keep(new Disposing(sink));
        var connector = new PostgresConnector(connectorOptions, sink, registry.Schemas, _ledger, new ConnectorNews(observer), TimeProvider.System, Path.Combine(options.Folder, "connector.json"));
        _connector = connector.RunAsync(_stop.Token);
        _saving = _stripeFile.KeepSavingAsync(Stripe, _stop.Token);
    }

    private void Appended(List<string> topics, OutgoingRecord record, int partition, long offset)
    {
        var size = MockKafkaCluster.SizeOf(record.Key?.Length ?? 0, record.Value?.Length ?? 0, record.Headers.Sum(h => h.Key.Length + h.Value.Length));
        if (topics.Contains(record.Topic)) _ledger.Appended(record.Topic, partition, offset, record.Position, size);
        else _ledger.AppendedUnread(record.Position);
    }

    /// <summary>The mock cluster forgets its log, so offsets of an earlier run name nothing; what was not settled comes again from the slot.</summary>
    private static async Task ForgetOffsetsAsync(NpgsqlDataSource state, CancellationToken cancellationToken)
    {
        await using var command = state.CreateCommand($"delete from {StateStoreSource.DefaultSchema}.offsets");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private IEnumerable<string> Topics(ConnectorOptions options, IReadOnlyList<Core.Changes.TableId> tables) =>
        tables.Where(t => Mapping.For(t).Any()).Select(t => new TableName(t.Schema, t.Name)).Where(options.Tables.Captures).Select(options.TopicOf)
            .Concat([options.TransactionTopic, options.MessageTopic, options.HeartbeatTopic]);

    private string? Variable(string name) => name switch
    {
        "SHOP_DB_HOST" => "127.0.0.1",
        "SHOP_DB_PORT" => Database.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        "SHOP_DB_USER" => "postgres",
        "SHOP_DB_PASSWORD" => "postgres",
        "SHOP_DB_NAME" => DevDatabase.Shop,
        _ => Environment.GetEnvironmentVariable(name),
    };

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    private sealed class Disposing(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
