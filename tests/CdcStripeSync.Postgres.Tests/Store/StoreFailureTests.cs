using System.Diagnostics;
using System.Globalization;
using CdcStripeSync.Pipeline.Ports;
using Npgsql;

namespace CdcStripeSync.Postgres.Tests.Store;

[Collection(nameof(PostgresServerCollection))]
public sealed class StoreFailureTests(PostgresFixture postgres)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Write_ConnectionKilledInTheMiddle_LeavesNothing()
    {
        await using var open = await postgres.NewStoreAsync();
        await using var blocker = await open.Source.OpenConnectionAsync();
        await using var transaction = await blocker.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("lock table offsets in access exclusive mode", blocker)) await hold.ExecuteNonQueryAsync();
        var batch = new StateBatch { Entities = [Sample.Full("1")], Audit = [Sample.Audit("1", "create")], Offsets = [new StoredOffset(new PartitionId("t", 0), 7)] };

        var writing = open.Store.WriteAsync(batch, None);
        while (await open.ScalarAsync<long>("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()") == 0) await Task.Delay(20);
        await open.RunAsync("select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()");

        await Assert.ThrowsAsync<StateStoreUnavailableException>(() => writing);
        await transaction.RollbackAsync();
        Assert.Empty(await open.Store.LoadAsync([Sample.Price("1")], None));
        Assert.Empty(await open.Store.AuditAsync(10, None));

        await open.Store.WriteAsync(batch, None);
        Assert.Single(await open.Store.LoadAsync([Sample.Price("1")], None));
    }

    [Fact]
    public async Task StoreFellBackToAnOlderTime_NextWriteIsRefusedWhole_AndTakesWordOfWhatItForgot()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var open = await OpenStore.OpenAsync(database);
        var offset = new StateBatch { Offsets = [new StoredOffset(new PartitionId("t", 0), 7)] };
        await open.Store.WriteAsync(new StateBatch { Entities = [Sample.Small("1")] }, None);
        await open.Store.WriteAsync(offset, None);
        await open.RunAsync("update writers set written = written + 1"); // one whose answer was lost
        await open.Store.WriteAsync(offset, None);

        await open.RunAsync("update writers set written = written - 1");
        await Assert.ThrowsAsync<StateStoreFellBackException>(() => open.Store.WriteAsync(new StateBatch { Entities = [Sample.Small("2")] }, None));
        Assert.Empty(await open.Store.LoadAsync([Sample.Price("2")], None));
        await open.RunAsync("delete from writers");
        await Assert.ThrowsAsync<StateStoreFellBackException>(() => open.Store.WriteAsync(offset, None));

        await open.Store.WriteAsync(new StateBatch { Forgotten = [new ForgottenRecords(new PartitionId("t", 0), 9)] }, None);
        Assert.Single(await open.Store.ForgottenAsync(None));
        await using var next = await OpenStore.OpenAsync(database);
        await next.Store.WriteAsync(offset, None);
    }

    [Fact]
    public async Task Write_Cancelled_IsPromptAndLeavesNothing()
    {
        await using var open = await postgres.NewStoreAsync();
        await using var blocker = await open.Source.OpenConnectionAsync();
        await using var transaction = await blocker.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("lock table offsets in access exclusive mode", blocker)) await hold.ExecuteNonQueryAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => open.Store.WriteAsync(
            new StateBatch { Entities = [Sample.Full("1")], Offsets = [new StoredOffset(new PartitionId("t", 0), 7)] }, patience.Token)).WaitAsync(TimeSpan.FromSeconds(10));

        await transaction.RollbackAsync();
        Assert.Empty(await open.Store.LoadAsync([Sample.Price("1")], None));
    }

    [Fact]
    public async Task Store_AfterTheServerCrashedAndCameBack_GoesOn()
    {
        await using var server = await PostgresFixture.StartServerAsync();
        await server.CreateDatabaseAsync("shop", None);
        await using var open = await OpenStore.OpenAsync(server.ConnectionString("shop"));
        await open.Store.WriteAsync(new StateBatch { Entities = [Sample.Full("1")] }, None);
        var backend = await open.ScalarAsync<int>("select pg_backend_pid()");
        await using var witness = new NpgsqlConnection(server.ConnectionString("shop") + ";Pooling=false");
        await witness.OpenAsync();

        using (var kill = Process.Start("kill", ["-9", backend.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();

        // One killed backend takes the others with it: when the witness is gone, the server is restarting.
        await Assert.ThrowsAnyAsync<NpgsqlException>(async () =>
        {
            while (true)
            {
                await using var ask = new NpgsqlCommand("select 1", witness);
                await ask.ExecuteNonQueryAsync();
                await Task.Delay(10);
            }
        }).WaitAsync(TimeSpan.FromSeconds(60));
        await EventuallyAsync(() => open.Store.WriteAsync(new StateBatch { Entities = [Sample.Full("2")] }, None));

        Assert.Equal(2, (await open.Store.LoadAsync([Sample.Price("1"), Sample.Price("2")], None)).Count);
    }

    private static async Task EventuallyAsync(Func<Task> ask)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await ask();
                return;
            }
            catch (StateStoreUnavailableException) when (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(50);
            }
        }
    }

    [Fact]
    public async Task Store_ServerStopped_IsUnavailable()
    {
        var server = await PostgresFixture.StartServerAsync();
        await using var _ = server;
        await server.CreateDatabaseAsync("shop", None);
        await using var open = await OpenStore.OpenAsync(server.ConnectionString("shop"));
        await server.StopAsync();

        await Assert.ThrowsAsync<StateStoreUnavailableException>(() => open.Store.ControlsAsync(None));
        await Assert.ThrowsAsync<StateStoreUnavailableException>(() => open.Store.WriteAsync(new StateBatch { Entities = [Sample.Small("1")] }, None));
        await Assert.ThrowsAsync<StateStoreUnavailableException>(() => OpenStore.OpenAsync(server.ConnectionString("shop")));
    }

    [Fact]
    public async Task TwoStores_WritingTheSameKeysAtOnce_OneWinsWholeAndTheOtherIsTold()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var one = await OpenStore.OpenAsync(database);
        await using var two = await OpenStore.OpenAsync(database);
        var up = new StateBatch { Entities = [.. Enumerable.Range(0, 50).Select(i => Sample.Small(i.ToString()))] };
        var down = new StateBatch { Entities = [.. up.Entities.Reverse()] };

        var writes = Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? one.Store.WriteAsync(up, None) : two.Store.WriteAsync(down, None)).ToList();
        var told = await Task.WhenAll(writes.Select(async w => await Record.ExceptionAsync(() => w)));

        // A store that repeats its own write has only lost the answer; the other store's writes meet a version that is not theirs.
        Assert.Equal(20, told.Count(e => e is null));
        Assert.Equal(20, told.Count(e => e is StateConflictException));
        Assert.All(await two.Store.ListAsync(Sample.Prices, true, null, 100, None), e => Assert.Equal(1, e.Version));
    }
}
