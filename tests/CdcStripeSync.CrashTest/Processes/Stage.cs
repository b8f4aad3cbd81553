using System.Globalization;
using System.Text.Json.Nodes;
using CdcStripeSync.CrashTest.Running;
using CdcStripeSync.DevStack.Registry;
using CdcStripeSync.Simulator;
using Npgsql;

namespace CdcStripeSync.CrashTest.Processes;

/// <summary>Everything that outlives the instances, and the instances: Kafka, registry, Stripe, the state store, a proxy before each of them.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cdc-stripe-run-");

    private Stage(KafkaDesk kafka, SchemaRegistryServer registry, StripeSimulator stripe, StateServer state, string schema, RunLog log) =>
        (Kafka, Registry, Stripe, State, Schema, Log) = (kafka, registry, stripe, state, schema, log);

    public RunLog Log { get; }

    public KafkaDesk Kafka { get; }

    public SchemaRegistryServer Registry { get; }

    public StripeSimulator Stripe { get; }

    public StateServer State { get; }

    /// <summary>The run's own schema in the state store.</summary>
    public string Schema { get; }

    public List<Instance> Instances { get; } = [];

    public List<Failpoints> Failpoints { get; } = [];

    public List<StateProxy> StateProxies { get; } = [];

    public List<StripeProxy> StripeProxies { get; } = [];

    public static async Task<Stage> StartAsync(StateServer state, ulong seed, int instances, int brokers, CrashTestOptions options, RunLog log, CancellationToken cancellationToken)
    {
        var stage = new Stage(
            new KafkaDesk(brokers), await SchemaRegistryServer.StartAsync(null, cancellationToken),
            await StripeSimulator.StartAsync(new SimulatorOptions { Latency = TimeSpan.FromMilliseconds(5) }, cancellationToken), state, string.Create(CultureInfo.InvariantCulture, $"run_{seed}"), log);
        var mapping = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "crash", "mapping.yaml"), cancellationToken);
        // The sample's, but for the brake on breadth: it would hold what a history does to a handful of rows.
        await File.WriteAllTextAsync(Path.Combine(stage._folder.FullName, "mapping.yaml"), mapping.Replace("at_least: 20", "at_least: 100000", StringComparison.Ordinal), cancellationToken);
        for (var i = 0; i < instances; i++) await stage.AddAsync(options, cancellationToken);
        return stage;
    }

    /// <summary>Makes open intents 25 hours older, as Stripe's memory of their keys becomes; false where the store was not made yet.</summary>
    public async Task<bool> AgeIntentsAsync()
    {
        await using var source = NpgsqlDataSource.Create(State.ConnectionString("postgres") + $";Pooling=false;Search Path={Schema}");
        await using var command = source.CreateCommand("""
            update entities set intent = jsonb_set(intent, '{created_at}',
                to_jsonb(to_char(((intent->>'created_at')::timestamptz - interval '25 hours') at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'))) where intent is not null
            """);
        try
        {
            await command.ExecuteNonQueryAsync();
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in Instances) await instance.DisposeAsync();
        foreach (var proxy in StateProxies) await proxy.DisposeAsync();
        foreach (var proxy in StripeProxies) await proxy.DisposeAsync();
        await Registry.DisposeAsync();
        await Stripe.DisposeAsync();
        Kafka.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task AddAsync(CrashTestOptions options, CancellationToken cancellationToken)
    {
        var instance = new Instance($"instance {Instances.Count + 1}", options.Program, _folder.FullName, Log);
        var failpoints = new Failpoints(Log, instance.Name, instance.Kill);
        var stripe = await StripeProxy.StartAsync(Stripe.BaseAddress, failpoints, Log);
        var state = new StateProxy(() => State.Port, failpoints);
        Instances.Add(instance);
        Failpoints.Add(failpoints);
        StripeProxies.Add(stripe);
        StateProxies.Add(state);
        var session = (int)options.SessionTimeout.TotalMilliseconds;
        var settings = new JsonObject
        {
            ["mapping"] = Path.Combine(_folder.FullName, "mapping.yaml"),
            ["kafka"] = new JsonObject
            {
                ["bootstrapServers"] = Kafka.Servers,
                ["groupId"] = KafkaDesk.Group,
                ["topics"] = new JsonArray("^shop[.]public[.].*"),
                ["topicPrefix"] = "shop",
                ["properties"] = session == 0 ? new JsonObject() : new JsonObject
                {
                    ["session.timeout.ms"] = Text(session),
                    ["heartbeat.interval.ms"] = Text(session / 5),
                    ["reconnect.backoff.max.ms"] = "500",
                },
            },
            // Longer than any run: what a row waits for that came from a key nobody had heard of always comes.
            ["records"] = new JsonObject { ["keyChangeSeconds"] = 600 },
            ["registry"] = new JsonObject { ["url"] = Registry.Address.ToString(), ["unknownIdSeconds"] = 1 },
            ["stripe"] = new JsonObject { ["apiKey"] = "sk_test_crash", ["baseAddress"] = stripe.Address, ["requestsPerSecond"] = 500, ["requestsPerEndpoint"] = 500, ["timeoutSeconds"] = 2 },
            ["state"] = new JsonObject { ["connectionString"] = $"Host=127.0.0.1;Port={Text(state.Port)};Username=postgres;Database=postgres;SSL Mode=Disable;GSS Encryption Mode=Disable;Maximum Pool Size=6", ["schema"] = Schema },
            ["web"] = new JsonObject { ["url"] = "" },
        };
        await File.WriteAllTextAsync(instance.Settings, settings.ToJsonString(), cancellationToken);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
