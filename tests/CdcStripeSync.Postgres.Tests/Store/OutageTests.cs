using CdcStripeSync.Pipeline.Ports;
using Npgsql;

namespace CdcStripeSync.Postgres.Tests.Store;

/// <summary>What is waited for, and what is a fault that must be seen.</summary>
[Collection(nameof(PostgresServerCollection))]
public sealed class OutageTests(PostgresFixture postgres)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("57014")] // statement_timeout
    [InlineData("57P01")] // stopped by an administrator
    [InlineData("57P02")]
    [InlineData("57P03")] // starting
    [InlineData("08006")]
    [InlineData("53300")] // too many connections
    [InlineData("55P03")] // lock_timeout
    [InlineData("40001")]
    [InlineData("25006")] // a standby
    public void Refusal_ThatPasses_IsWaitedFor(string state) => Assert.True(Outage.Is(new PostgresException("m", "ERROR", "ERROR", state)));

    [Theory]
    [InlineData("42P01")] // no such table
    [InlineData("42501")] // no right
    [InlineData("22P02")]
    [InlineData("23505")]
    [InlineData("28P01")]
    public void Refusal_ThatStays_IsSeen(string state) => Assert.False(Outage.Is(new PostgresException("m", "ERROR", "ERROR", state)));

    [Fact]
    public void FaultOfTheProgram_IsNoOutage()
    {
        Assert.False(Outage.Is(new NpgsqlException("a parameter has no value")));
        Assert.True(Outage.Is(new NpgsqlException("exception while reading from stream", new IOException())));
        Assert.True(Outage.Is(new NpgsqlException("exhausted", new TimeoutException())));
    }

    [Fact]
    public async Task StatementTimeout_IsUnavailableAndTheStoreGoesOn()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var open = await OpenStore.OpenAsync(database);
        await using var hasty = StateStoreSource.Create(database + ";Options=-c statement_timeout=3000");
        var store = await PostgresStateStore.OpenAsync(hasty, StateStoreSource.DefaultSchema, None);
        await using (var blocker = await open.Source.OpenConnectionAsync())
        await using (var transaction = await blocker.BeginTransactionAsync())
        {
            await using (var hold = new NpgsqlCommand("lock table offsets in access exclusive mode", blocker)) await hold.ExecuteNonQueryAsync();
            await Assert.ThrowsAsync<StateStoreUnavailableException>(() => store.WriteAsync(new StateBatch { Offsets = [new StoredOffset(new PartitionId("t", 0), 7)] }, None));
            await transaction.RollbackAsync();
        }

        await store.WriteAsync(new StateBatch { Offsets = [new StoredOffset(new PartitionId("t", 0), 7)] }, None);
        Assert.Single(await store.OffsetsAsync([new PartitionId("t", 0)], None));
    }

    [Fact]
    public async Task RightTakenAway_IsSeenAtOnce()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var open = await OpenStore.OpenAsync(database);
        await open.RunAsync("drop table offsets");
        await Assert.ThrowsAsync<PostgresException>(() => open.Store.WriteAsync(new StateBatch { Offsets = [new StoredOffset(new PartitionId("t", 0), 7)] }, None));
    }
}
