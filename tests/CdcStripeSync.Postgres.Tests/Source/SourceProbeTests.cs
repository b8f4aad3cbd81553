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
    public async Task Look_AtSixThingsWrong_FindsNothingAfterItsOwnSqlWasRun()
    {
        await using var source = await ShopAsync();
        await RunAsync(source, "alter table prices alter column amount type double precision");
        await RunAsync(source, "alter table customers replica identity nothing");
        await RunAsync(source, "alter table customers set unlogged");
        await RunAsync(source, "create publication narrow for table products (id, name), prices where (active) with (publish = 'insert, update')");
        var probe = new SourceProbe(source, Shop(), "narrow", "");

        var wrong = (await probe.LookAsync(None)).Where(f => !f.Ok).ToList();

        Assert.Equal(
            ["source.publication", "source.publication", "source.publication_columns", "source.publication_rows", "source.replica_identity", "source.type", "source.unlogged"],
            wrong.Select(f => f.Name).Order(StringComparer.Ordinal));
        Assert.All(wrong, f => Assert.False(f.Why.Length == 0 || f.Mend.Length == 0, f.ToString()));
        foreach (var finding in wrong.Where(f => f.Sql.Length > 0)) await RunAsync(source, finding.Sql);
        Assert.DoesNotContain(await probe.LookAsync(None), f => !f.Ok);
    }

    [Fact]
    public async Task Look_AtAPartitionedTable_WantsItsChangesUnderItsOwnName()
    {
        await using var source = await ShopAsync();
        await RunAsync(source, "drop table prices");
        await RunAsync(source, "create table prices (id uuid primary key, product_id bigint, currency text, amount numeric, lookup_key text, nickname text, tax_behavior text, active boolean, interval text, interval_count int, is_default boolean) partition by hash (id)");
        await RunAsync(source, "create table prices_0 partition of prices for values with (modulus 1, remainder 0)");
        await RunAsync(source, "create publication parts for table products, prices, customers");
        var probe = new SourceProbe(source, Shop(), "parts", "");
        var wrong = Assert.Single(await probe.LookAsync(None), f => f.Name == "source.partitions");
        await RunAsync(source, wrong.Sql);
        Assert.DoesNotContain(await probe.LookAsync(None), f => f.Name is "source.partitions" or "source.publication" && !f.Ok);
    }

    [Theory]
    [InlineData("create publication parts for table products, customers")]
    [InlineData("create publication parts for table products, prices, customers with (publish = 'insert')")]
    [InlineData("create publication parts for all tables")]
    [InlineData("do $$ begin execute format('create publication parts for tables in schema %I', current_schema()); end $$")]
    [InlineData("select 1")]
    public async Task Look_AtPartitions_FindsNothingAfterItsOwnSqlWasRun(string publication)
    {
        await using var source = await ShopAsync();
        await RunAsync(source, "drop table prices");
        await RunAsync(source, "create table prices (id uuid, product_id bigint, currency text, amount numeric, lookup_key text, nickname text, tax_behavior text, active boolean, interval text, interval_count int, is_default boolean) partition by hash (id)");
        await RunAsync(source, "create table prices_0 partition of prices for values with (modulus 2, remainder 0)");
        await RunAsync(source, "create unlogged table prices_1 partition of prices for values with (modulus 2, remainder 1)");
        await RunAsync(source, publication);
        var probe = new SourceProbe(source, Shop(), "parts", "");
        var wrong = (await probe.LookAsync(None)).Where(f => !f.Ok).ToList();
        Assert.Contains(wrong, f => f.What == "public.prices_1 has no primary key");
        Assert.Contains(wrong, f => f.What == "public.prices_1 is unlogged");
        foreach (var finding in wrong) await RunAsync(source, finding.Sql);
        Assert.DoesNotContain(await probe.LookAsync(None), f => !f.Ok);
        await RunAsync(source, "insert into prices (id) values ('00000000-0000-0000-0000-000000000001')");
        await RunAsync(source, "update prices set currency = 'eur'");
    }

    [Fact]
    public async Task Look_AtNamesThatNeedQuotes_FindsNothingAfterItsOwnSqlWasRun()
    {
        await using var source = NpgsqlDataSource.Create(await postgres.NewDatabaseAsync());
        await RunAsync(source, """
            create schema "We""ird; Sch";
            create table "We""ird; Sch"."Pro'd ""ucts" ("ID" bigint, "Na me" text, secret text);
            create schema "order";
            create table "order"."user" (id bigint primary key, email text);
            alter table "order"."user" replica identity nothing;
            create publication "P ""ub" for table "We""ird; Sch"."Pro'd ""ucts" ("ID") where ("ID" > 7) with (publish = 'insert')
            """);
        var mapping = Repository.Mapping("""
            version: 1
            resources:
              product: { from: "We\"ird; Sch.Pro'd \"ucts", key: ["ID"], fields: { name: { column: "Na me" } } }
              customer: { from: order.user, key: [id], fields: { email: { column: email } } }
            """);
        var probe = new SourceProbe(source, mapping, "P \"ub", "");
        var wrong = (await probe.LookAsync(None)).Where(f => !f.Ok).ToList();
        Assert.Equal(["source.publication", "source.publication", "source.publication_columns", "source.publication_rows", "source.replica_identity", "source.replica_identity"], wrong.Select(f => f.Name).Order(StringComparer.Ordinal));
        foreach (var finding in wrong.DistinctBy(f => f.Sql)) await RunAsync(source, finding.Sql);
        Assert.DoesNotContain(await probe.LookAsync(None), f => !f.Ok);
    }

    [Theory]
    [InlineData("lost", true, null, null, "source.slot")]
    [InlineData("reserved", false, 2_000_000_000L, null, "source.slot")]
    [InlineData("unreserved", true, 1000L, 0L, "source.slot_limit")]
    [InlineData("extended", true, 900L, 100L, "source.slot_limit")]
    [InlineData("reserved", true, 100L, 100_000L, null)]
    public void Slot_ByWhatItHoldsBack_IsJudged(string status, bool active, long? retained, long? safe, string? wrong) =>
        Assert.Equal(wrong, new SlotHealth("s", "pgoutput", active, status, true, retained, safe).Judge(limited: true).FirstOrDefault(f => !f.Ok)?.Name);

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

    [Theory]
    [InlineData("column: amount, convert: minor_units", "", true)]
    [InlineData("column: amount, convert: decimal", "", true)]
    [InlineData("column: cents", "", true)]
    [InlineData("coalesce: [cents, amount], convert: minor_units", "", true)]
    [InlineData("column: amount, compare: { gt: 5 }, map: { true: 100, \"*\": 50 }", "", true)]
    [InlineData("column: amount", "49.90 would be sent as 49.90 cents", false)]
    [InlineData("column: loose", "convert: decimal", false)]
    [InlineData("coalesce: [cents, amount]", "49.90 would be sent as 49.90 cents", false)]
    [InlineData("template: \"{amount}\"", "49.90 would be sent as 49.90 cents", false)]
    [InlineData("column: amount, convert: integer", "49.90 would be sent as 49.90 cents", false)]
    [InlineData("column: amount, map: { 0: null }", "49.90 would be sent as 49.90 cents", false)]
    public async Task Look_AtAnAmountWithDecimals_WantsAWordOnItsUnit(string rule, string words, bool fine)
    {
        await using var source = NpgsqlDataSource.Create(await postgres.NewDatabaseAsync());
        await RunAsync(source, "create table tariffs (id int primary key, item int, ccy text, amount numeric(12, 2), cents numeric(12, 0), loose numeric)");

        var wrong = await WrongAsync(source, $$"""
            version: 1
            resources:
              price:
                from: public.tariffs
                key: [id]
                fields:
                  currency: { column: ccy }
                  product: prod_1
                  unit_amount_decimal: { {{rule}} }
                  metadata.amount: { column: amount }
            """);

        Assert.Equal(fine, wrong.Count == 0);
        Assert.All(wrong, f => Assert.Contains(words, f.ToString(), StringComparison.Ordinal));
        Assert.All(wrong, f => Assert.StartsWith("price.unit_amount_decimal counts", f.Why, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("removed: false", true)]
    [InlineData("removed: no", false)]
    [InlineData("removed: \"false\"", true)]
    [InlineData("stock: { gt: 0 }", true)]
    [InlineData("stock: some", false)]
    [InlineData("shelves: true", true)]
    [InlineData("shelves: some", false)]
    [InlineData("removed_at: null", true)]
    [InlineData("removed_at: false", false)]
    public async Task Look_AtAConditionThatTheColumnsTypeCannotMeet_NamesIt(string condition, bool fine)
    {
        await using var source = NpgsqlDataSource.Create(await postgres.NewDatabaseAsync());
        await RunAsync(source, "create table items (id int primary key, title text, removed boolean, stock int, shelves numeric(1), removed_at timestamptz)");

        var wrong = await WrongAsync(source, $$"""
            version: 1
            resources:
              product:
                from: public.items
                key: [id]
                exists_when: { {{condition}} }
                fields:
                  name: { column: title }
            """);

        Assert.Equal(fine, wrong.Count == 0);
        Assert.All(wrong, f => Assert.Contains("exists_when of product", f.Why, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Look_AtNoServer_IsOneFinding()
    {
        await using var away = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=x;Database=x;Timeout=2");
        var finding = Assert.Single(await new SourceProbe(away, Shop(), "p", "s").LookAsync(None));
        Assert.Equal(("source.reachable", false), (finding.Name, finding.Ok));
    }

    private static async Task<IReadOnlyList<SourceFinding>> WrongAsync(NpgsqlDataSource source, string mapping) =>
        [.. (await new SourceProbe(source, Repository.Mapping(mapping), "", "").LookAsync(None)).Where(f => f is { Ok: false, Name: "source.type" })];

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
