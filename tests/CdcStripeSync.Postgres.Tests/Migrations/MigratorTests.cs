using CdcStripeSync.Postgres.Migrations;

namespace CdcStripeSync.Postgres.Tests.Migrations;

[Collection(nameof(PostgresServerCollection))]
public sealed class MigratorTests(PostgresFixture postgres)
{
    private const string Schema = StateStoreSource.DefaultSchema;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Migration First = Migration.Of("0001_first.sql", "create table a (id integer);");
    private static readonly Migration Second = Migration.Of("0002_second.sql", "create table b (id integer);");

    [Fact]
    public async Task Migrate_ByManyAtOnce_AppliesEachOnce()
    {
        await using var source = StateStoreSource.Create(await postgres.NewDatabaseAsync());
        var counts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => new Migrator(source, Schema, Migration.All).MigrateAsync(None)));
        Assert.Equal(Migration.All.Count, counts.Sum());
    }

    [Fact]
    public async Task Migrate_TakesLongerThanACommandMay_IsWaitedFor_ByAnotherInstanceToo()
    {
        await using var source = StateStoreSource.Create(await postgres.NewDatabaseAsync() + ";Command Timeout=1");
        var slow = Migration.Of("0002_slow.sql", "select pg_sleep(3);");
        var counts = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => new Migrator(source, Schema, [First, slow]).MigrateAsync(None)));
        Assert.Equal(2, counts.Sum());
    }

    [Fact]
    public async Task Migrate_NewerProgram_AddsWhatIsMissing()
    {
        await using var source = StateStoreSource.Create(await postgres.NewDatabaseAsync());
        Assert.Equal(1, await new Migrator(source, Schema, [First]).MigrateAsync(None));
        Assert.Equal(1, await new Migrator(source, Schema, [First, Second]).MigrateAsync(None));
        Assert.Equal(0, await new Migrator(source, Schema, [First, Second]).MigrateAsync(None));
    }

    [Fact]
    public async Task Migrate_StoreNewerThanProgram_IsRefused()
    {
        await using var source = StateStoreSource.Create(await postgres.NewDatabaseAsync());
        await new Migrator(source, Schema, [First, Second]).MigrateAsync(None);
        var refused = await Assert.ThrowsAsync<StoreSchemaException>(() => new Migrator(source, Schema, [First]).MigrateAsync(None));
        Assert.Contains("0002_second", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_ChangedFile_IsRefused()
    {
        await using var source = StateStoreSource.Create(await postgres.NewDatabaseAsync());
        await new Migrator(source, Schema, [First]).MigrateAsync(None);
        var changed = Migration.Of("0001_first.sql", "create table a (id bigint);");
        var refused = await Assert.ThrowsAsync<StoreSchemaException>(() => new Migrator(source, Schema, [changed]).MigrateAsync(None));
        Assert.Contains("0001_first", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_FailingFile_LeavesNothing()
    {
        await using var source = StateStoreSource.Create(await postgres.NewDatabaseAsync());
        var broken = Migration.Of("0002_broken.sql", "create table b (id integer); select 1/0;");
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => new Migrator(source, Schema, [First, broken]).MigrateAsync(None));
        Assert.Equal(2, await new Migrator(source, Schema, [First, Second]).MigrateAsync(None));
    }

    [Theory]
    [InlineData("Bad")]
    [InlineData("a\"; drop table x")]
    [InlineData("")]
    public void Source_WithAnImpossibleSchemaName_IsRefused(string schema) =>
        Assert.Throws<ArgumentException>(() => StateStoreSource.Create("Host=127.0.0.1", schema));

    [Fact]
    public void Checksum_DoesNotDependOnLineEnds() =>
        Assert.Equal(Migration.Of("0001_a.sql", "a\nb").Checksum, Migration.Of("0001_a.sql", "a\r\nb").Checksum);
}
