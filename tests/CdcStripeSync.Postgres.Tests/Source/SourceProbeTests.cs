using CdcStripeSync.Postgres.Source;
using Npgsql;

namespace CdcStripeSync.Postgres.Tests.Source;

[Collection(nameof(PostgresServerCollection))]
public sealed class SourceProbeTests(PostgresFixture postgres)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Look_AtTheShop_FindsNothingWrong()
    {
        await using var source = await ShopAsync();
        await RunAsync(source, "create publication shop for all tables");
        await RunAsync(source, "select pg_create_logical_replication_slot('probe_slot_' || (select oid from pg_database where datname = current_database()), 'pgoutput')");
        await using var slot = source.CreateCommand("select slot_name from pg_replication_slots where database = current_database()");
        var name = (string)(await slot.ExecuteScalarAsync())!;

        var findings = await new SourceProbe(source, Shop(), "shop", name).LookAsync(None);

        await RunAsync(source, $"select pg_drop_replication_slot('{name}')");
        Assert.All(findings, f => Assert.True(f.Ok, f.ToString()));
        Assert.Contains(findings, f => f.Name == "source.slot");
        Assert.Contains(findings, f => f.Name == "source.publication");
    }

    [Fact]
    public async Task Look_AtADamagedShop_NamesEachFaultWithWhatMendsIt()
    {
        await using var source = await ShopAsync();
        await RunAsync(source, """
            alter table prices rename column amount to "Amount";
            alter table customers replica identity nothing;
            create publication part for table products with (publish = 'insert');
            """);

        var wrong = (await new SourceProbe(source, Shop(), "part", "no_slot").LookAsync(None)).Where(f => !f.Ok).ToList();

        Assert.Equal(["source.column", "source.publication", "source.publication", "source.replica_identity", "source.slot"], wrong.Select(f => f.Name).Order());
        Assert.Contains(wrong, f => f.What.Contains("no column amount; it has Amount", StringComparison.Ordinal));
        foreach (var mend in wrong.Where(f => f.Mend.StartsWith("ALTER", StringComparison.Ordinal)).Select(f => f.Mend)) await RunAsync(source, mend);
        var after = (await new SourceProbe(source, Shop(), "part", "").LookAsync(None)).Where(f => !f.Ok).ToList();
        Assert.Equal(["source.column"], after.Select(f => f.Name));
    }

    [Fact]
    public async Task Look_AsAStranger_NamesMissingRights()
    {
        var database = await postgres.NewDatabaseAsync();
        await using (var source = NpgsqlDataSource.Create(database))
        {
            await RunAsync(source, await File.ReadAllTextAsync(Repository.File("samples", "shop", "schema.sql")));
            await RunAsync(source, "do $$ begin create role stranger login; exception when duplicate_object then null; end $$");
        }

        await using var stranger = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { Username = "stranger" }.ConnectionString);
        var wrong = (await new SourceProbe(stranger, Shop(), "", "").LookAsync(None)).Where(f => !f.Ok).Select(f => f.Name).Distinct();
        Assert.Equal(["source.replication", "source.privilege"], wrong);
    }

    [Fact]
    public async Task Look_AtNoServer_IsOneFinding()
    {
        await using var away = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=x;Database=x;Timeout=2");
        var finding = Assert.Single(await new SourceProbe(away, Shop(), "p", "s").LookAsync(None));
        Assert.Equal(("source.reachable", false), (finding.Name, finding.Ok));
    }

    private async Task<NpgsqlDataSource> ShopAsync()
    {
        var source = NpgsqlDataSource.Create(await postgres.NewDatabaseAsync());
        await RunAsync(source, await File.ReadAllTextAsync(Repository.File("samples", "shop", "schema.sql")));
        return source;
    }

    private static Core.Mapping.Mapping Shop() => Repository.Mapping(File.ReadAllText(Repository.File("samples", "shop", "mapping.yaml")));

    private static async Task RunAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
