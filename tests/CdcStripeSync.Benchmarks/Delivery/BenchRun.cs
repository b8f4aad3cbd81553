using System.Diagnostics;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.DevStack.Postgres;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Control;
using CdcStripeSync.Pipeline.Intake;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Postgres;
using CdcStripeSync.Stripe;
using Npgsql;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>One state store and one Stripe; each delivery is a start of the engine over them.</summary>
internal sealed class BenchRun : IAsyncDisposable
{
    private const string Schema = "cdc_stripe";
    private static int _databases;
    private readonly Mapping _mapping;
    private readonly NpgsqlDataSource _source;
    private readonly IStateStore _store;
    private readonly StripeGateway _gateway;
    private readonly BudgetOptions _budget;

    private BenchRun(NpgsqlDataSource source, IStateStore store, Uri stripe, BudgetOptions budget, string mapping)
    {
        _source = source;
        _store = store;
        _budget = budget;
        _mapping = MappingFile.Read(mapping, "bench.yaml", StripeCatalogue.Load()).Mapping!;
        _gateway = new StripeGateway(new StripeGatewayOptions(stripe, "sk_test_bench") { MaxConnections = budget.MaxConcurrency }, TimeProvider.System);
    }

    public StoreCalls Calls { get; } = new();

    public Mapping Map => _mapping;

    /// <summary>A database of its own.</summary>
    /// <returns>Its name.</returns>
    public static async Task<string> DatabaseAsync(PostgresServer postgres)
    {
        var name = $"bench{Interlocked.Increment(ref _databases)}";
        await postgres.CreateDatabaseAsync(name, default);
        return name;
    }

    public static async Task<BenchRun> OpenAsync(PostgresServer postgres, Uri stripe, BudgetOptions budget, string mapping = History.Mapping) =>
        await OpenAsync(postgres.ConnectionString(await DatabaseAsync(postgres)), stripe, budget, mapping);

    public static async Task<BenchRun> OpenAsync(string database, Uri stripe, BudgetOptions budget, string mapping = History.Mapping)
    {
        var source = StateStoreSource.Create(database, Schema);
        var store = await PostgresStateStore.OpenAsync(source, Schema, default);
        await store.SetControlsAsync((await store.ControlsAsync(default)) with { CreateAll = true }, default);
        return new BenchRun(source, store, stripe, budget, mapping);
    }

    public async Task<Measured> DeliverAsync(Feed feed)
    {
        await using var source = new GeneratedSource(feed);
        return await DeliverAsync(source, feed.Decoder, feed.Images, new CountingObserver(), default);
    }

    /// <summary>Until the source ends, or cancelled.</summary>
    public async Task<Measured> DeliverAsync(IRecordSource source, IRecordDecoder decoder, IRecordImages? images, CountingObserver observer, CancellationToken stop)
    {
        using var engine = new DeliveryEngine(
            _mapping, source, decoder, Calls.Count(_store), _gateway, new RequestBudget(_budget, TimeProvider.System), TimeProvider.System, new SystemRandomness(), observer, new DeliveryOptions(), null, images);
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        await engine.RunAsync(stop);
        process.Refresh();
        return new Measured(observer.Requests, observer.TooMany, clock.Elapsed, (process.TotalProcessorTime - cpu).TotalSeconds);
    }

    public async ValueTask DisposeAsync()
    {
        Calls.Dispose();
        _gateway.Dispose();
        await _source.DisposeAsync();
    }
}
