using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.DevStack.Kafka;
using CdcStripeSync.DevStack.Registry;
using CdcStripeSync.EndToEnd.Tests.House;
using CdcStripeSync.EndToEnd.Tests.Recordings;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Postgres;
using CdcStripeSync.Simulator;
using Confluent.Kafka;
using Npgsql;

namespace CdcStripeSync.EndToEnd.Tests.Stack;

/// <summary>What <c>cdc-stripe run</c> meets: Kafka, a registry with a recording's schemas, Stripe and PostgreSQL, and a settings file that names them.</summary>
internal sealed class World : IAsyncDisposable
{
    private const int Partitions = 4;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cdc-stripe-world-");
    private readonly MockKafkaCluster _cluster = MockKafkaCluster.Start();
    private readonly HashSet<string> _topics = [];
    private NpgsqlDataSource _state = null!;

    public string Folder => _folder.FullName;

    public string Settings => Path.Combine(Folder, "settings.json");

    public string Kafka => _cluster.BootstrapServers;

    public string Database { get; private set; } = null!;

    public SchemaRegistryServer Registry { get; private set; } = null!;

    public StripeSimulator Stripe { get; private set; } = null!;

    public Recording Recording { get; } = Recording.Open(Replayed.Folder("shop-default-identity"));

    public static async Task<World> StartAsync(StackFixture postgres)
    {
        var world = new World
        {
            Database = await postgres.NewDatabaseAsync(),
            Registry = await SchemaRegistryServer.StartAsync(null, CancellationToken.None),
            Stripe = await StripeSimulator.StartAsync(new SimulatorOptions(), CancellationToken.None),
        };
        foreach (var (id, schema) in world.Recording.SchemaTexts) world.Registry.Schemas.Put(id, schema);
        foreach (var table in new[] { "products", "prices", "customers" }) world.CreateTopic($"shop.public.{table}");
        world._state = NpgsqlDataSource.Create(world.Database);
        await world.ConfigureAsync(_ => { });
        return world;
    }

    /// <summary>Writes the settings file anew.</summary>
    public async Task ConfigureAsync(Action<JsonObject> change)
    {
        var settings = new JsonObject
        {
            ["mapping"] = Path.Combine(RepositoryRoot.Path, "samples", "shop", "mapping.yaml"),
            ["kafka"] = new JsonObject { ["bootstrapServers"] = Kafka, ["groupId"] = "shop", ["topics"] = new JsonArray("^shop[.]public[.].*"), ["topicPrefix"] = "shop" },
            ["registry"] = new JsonObject { ["url"] = Registry.Address.ToString() },
            ["stripe"] = new JsonObject { ["apiKey"] = "sk_test_world", ["baseAddress"] = Stripe.BaseAddress.ToString(), ["requestsPerSecond"] = 500, ["requestsPerEndpoint"] = 500 },
            ["state"] = new JsonObject { ["connectionString"] = Database },
            ["web"] = new JsonObject { ["url"] = "http://127.0.0.1:0" },
        };
        change(settings);
        await File.WriteAllTextAsync(Settings, settings.ToJsonString());
    }

    public CliProcess Run(params IEnumerable<string> arguments) => CliProcess.Start(Folder, ["run", "--config", Settings, .. arguments]);

    public Task<(int Code, string Output, string Error)> CommandAsync(params IEnumerable<string> arguments) => CliProcess.RunAsync(Folder, [.. arguments, "--config", Settings]);

    /// <summary>Records of the recording, in its order; topics are made as they come.</summary>
    public Task ProduceAsync(IEnumerable<SourceRecord> records) => ProduceAsync(records.Select(r => (r.Origin.Topic, r.Origin.Partition, r.Key, r.Value)));

    public async Task ProduceAsync(IEnumerable<(string Topic, int Partition, ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte>? Value)> records)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = Kafka, LingerMs = 1, MessageMaxBytes = 8_000_000 }).SetLogHandler((_, _) => { }).Build();
        foreach (var (topic, partition, key, value) in records)
        {
            CreateTopic(topic);
            await producer.ProduceAsync(new TopicPartition(topic, partition), new Message<byte[]?, byte[]?> { Key = key?.ToArray(), Value = value?.ToArray() });
        }
    }

    /// <summary>As if the group had read up to here.</summary>
    public void Commit(string topic, int partition, long offset)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = Kafka, GroupId = "shop", EnableAutoCommit = false }).SetLogHandler((_, _) => { }).Build();
        consumer.Commit([new TopicPartitionOffset(topic, partition, offset)]);
        consumer.Close();
    }

    /// <summary>What the group has committed of a topic's partitions, in all.</summary>
    public long Committed(string topic, int partitions)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = Kafka, GroupId = "shop", EnableAutoCommit = false }).SetLogHandler((_, _) => { }).Build();
        return consumer.Committed(Enumerable.Range(0, partitions).Select(p => new TopicPartition(topic, p)), TimeSpan.FromSeconds(30)).Sum(c => Math.Max(0, c.Offset.Value));
    }

    public async Task<T> StateAsync<T>(string sql)
    {
        await using var command = _state.CreateCommand($"set search_path = {StateStoreSource.DefaultSchema}; {sql}");
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>A scalar of the state store is this; false while there is none yet.</summary>
    public async Task<bool> StateIsAsync(string sql, long expected)
    {
        try
        {
            return await StateAsync<long>(sql) == expected;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable)
        {
            return false;
        }
    }

    /// <summary>Somebody else's request to Stripe.</summary>
    public async Task<string> PostAsync(string path, params (string Name, string Value)[] form)
    {
        using var http = new HttpClient { BaseAddress = Stripe.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "sk_test_world");
        using var content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement.GetProperty("id").GetString()!;
    }

    /// <summary>Creates that the program sent, by path.</summary>
    public IReadOnlyList<RequestLogEntry> Creates(string path) => [.. Stripe.Requests.Where(r => r.Method == "POST" && r.Path == path && r.IdempotencyKey?.StartsWith("cdc-", StringComparison.Ordinal) == true)];

    public IReadOnlyList<JsonObject> Objects(string resource) => Stripe.Objects().TryGetValue(resource, out var objects) ? objects : [];

    /// <summary>The first records of a topic, over all its partitions.</summary>
    public IReadOnlyList<ConsumeResult<byte[]?, byte[]?>> Consume(string topic, int count)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig { BootstrapServers = Kafka, GroupId = "reader", EnableAutoCommit = false }).SetLogHandler((_, _) => { }).Build();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning)));
        return [.. Enumerable.Range(0, count).Select(i => consumer.Consume(TimeSpan.FromSeconds(20)) ?? throw new TimeoutException($"{topic} has {i} records, expected {count}"))];
    }

    public void CreateTopic(string topic)
    {
        if (_topics.Add(topic)) _cluster.CreateTopic(topic, Partitions);
    }

    public async ValueTask DisposeAsync()
    {
        await _state.DisposeAsync();
        await Stripe.DisposeAsync();
        await Registry.DisposeAsync();
        _cluster.Dispose();
        _folder.Delete(recursive: true);
    }
}
