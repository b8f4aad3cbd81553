using System.Globalization;
using CdcStripeSync.DevStack.Connect;
using CdcStripeSync.DevStack.Connect.Sources;
using CdcStripeSync.DevStack.Kafka;
using CdcStripeSync.DevStack.Registry;
using CdcStripeSync.Simulator;

namespace CdcStripeSync.App.Dev;

/// <summary>What surrounds the program, without the program: PostgreSQL, Kafka, registry, a Connect worker that streams, Stripe; on free ports.</summary>
internal sealed class StackServices : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly CancellationTokenSource _stop = new();
    private MockKafkaCluster _kafka = null!;
    private Task _watching = Task.CompletedTask;

    public DevDatabase Database { get; private set; } = null!;

    public SchemaRegistryServer Registry { get; private set; } = null!;

    public ConnectServer Connect { get; private set; } = null!;

    public StripeSimulator Stripe { get; private set; } = null!;

    /// <summary>By the names that the end-to-end tests know them.</summary>
    public IReadOnlyList<(string Name, string Value)> Variables =>
    [
        ("E2E_KAFKA", _kafka.BootstrapServers),
        ("E2E_REGISTRY", Registry.Address.ToString()),
        ("E2E_CONNECT", Connect.Address.ToString()),
        ("E2E_POSTGRES", Database.ShopConnection),
        ("E2E_STRIPE", Stripe.BaseAddress.ToString()),
    ];

    /// <param name="say">Told what whoever uses it has to know.</param>
    public static async Task<StackServices> StartAsync(string folder, Action<string> say, CancellationToken cancellationToken)
    {
        var services = new StackServices();
        try
        {
            await services.BeginAsync(folder, say, cancellationToken);
            return services;
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        for (var i = _parts.Count - 1; i >= 0; i--) await _parts[i].DisposeAsync();
        _kafka?.Dispose();
        _stop.Dispose();
    }

    private async Task BeginAsync(string folder, Action<string> say, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        Database = Keep(await DevDatabase.StartAsync(folder, Shipped.Samples, cancellationToken));
        Registry = Keep(await SchemaRegistryServer.StartAsync(Path.Combine(folder, "schemas.json"), cancellationToken));
        Stripe = Keep(await StripeSimulator.StartAsync(new SimulatorOptions(), cancellationToken));
        _kafka = MockKafkaCluster.Start();
        _watching = new ForgottenRecords(_kafka.BootstrapServers, say).RunAsync(_stop.Token);
        var sources = new StreamingSources(_kafka, Registry.Schemas, Directory.CreateDirectory(Path.Combine(folder, "connectors")).FullName, TimeProvider.System);
        Connect = Keep(await ConnectServer.StartAsync(sources, new ConnectServerOptions { Variable = Variable, Controls = true }, cancellationToken));
    }

    /// <summary>What the connectors' references stand for.</summary>
    private string? Variable(string name) => name switch
    {
        "SHOP_DB_HOST" => "127.0.0.1",
        "SHOP_DB_PORT" => Database.Port.ToString(CultureInfo.InvariantCulture),
        "SHOP_DB_USER" => "postgres",
        "SHOP_DB_PASSWORD" => "postgres",
        "SHOP_DB_NAME" => DevDatabase.Shop,
        "KAFKA_BOOTSTRAP_SERVERS" => _kafka.BootstrapServers,
        "REGISTRY_API_URL" => Registry.Address.ToString(),
        _ => Environment.GetEnvironmentVariable(name),
    };

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }
}
