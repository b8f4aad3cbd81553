using System.Diagnostics;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.DevStack.Postgres;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Control;
using CdcStripeSync.Pipeline.Intake;
using CdcStripeSync.Postgres;
using CdcStripeSync.Stripe;
using Npgsql;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>One state store and one Stripe; each delivery is a start of the engine over them.</summary>
internal sealed class BenchRun : IAsyncDisposable
{
    private static int _databases;
    private readonly Mapping _mapping = MappingFile.Read(History.Mapping, "bench.yaml", StripeCatalogue.Load()).Mapping!;
    private readonly NpgsqlDataSource _source;
    private readonly PostgresStateStore _store;
    private readonly StripeGateway _gateway;
    private readonly BudgetOptions _budget;

    private BenchRun(NpgsqlDataSource source, PostgresStateStore store, Uri stripe, BudgetOptions budget)
    {
        _source = source;
        _store = store;
        _budget = budget;
        _gateway = new StripeGateway(new StripeGatewayOptions(stripe, "sk_test_bench") { MaxConnections = budget.MaxConcurrency }, TimeProvider.System);
    }

    public static async Task<BenchRun> OpenAsync(PostgresServer postgres, Uri stripe, BudgetOptions budget)
    {
        var name = $"bench{Interlocked.Increment(ref _databases)}";
        await postgres.CreateDatabaseAsync(name, default);
        var source = StateStoreSource.Create(postgres.ConnectionString(name), "cdc_stripe");
        return new BenchRun(source, await PostgresStateStore.OpenAsync(source, "cdc_stripe", default), stripe, budget);
    }

    public async Task<Measured> DeliverAsync(IReadOnlyList<ChangeEvent> changes)
    {
        await using var source = new GeneratedSource(changes);
        var observer = new CountingObserver();
        await _store.SetControlsAsync((await _store.ControlsAsync(default)) with { CreateAll = true }, default);
        using var engine = new DeliveryEngine(
            _mapping, source, source, _store, _gateway, new RequestBudget(_budget, TimeProvider.System), TimeProvider.System, new SystemRandomness(), observer, new DeliveryOptions());
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        await engine.RunAsync(default);
        process.Refresh();
        return new Measured(observer.Requests, observer.Refused, observer.Requests / clock.Elapsed.TotalSeconds, (process.TotalProcessorTime - cpu).TotalSeconds);
    }

    public async ValueTask DisposeAsync()
    {
        _gateway.Dispose();
        await _source.DisposeAsync();
    }
}
