using System.Net.Http.Json;

namespace CdcStripeSync.EndToEnd.Tests.External;

/// <summary>The program on a stack that it did not start, in processes of its own.</summary>
public sealed class ExternalStackTests(ExternalStack stack) : IClassFixture<ExternalStack>
{
    [Fact]
    public async Task Demo_OnTheStack_EndsEqualAndLeavesNothing()
    {
        var output = await stack.RunAsync(0, "demo", "--external", "--url", stack.Connect.ToString(), "--timeout", "120");
        Assert.Contains("rows and objects compared before that, 0 different", output, StringComparison.Ordinal);
        Assert.Contains("rows read, SUCCEEDED", output, StringComparison.Ordinal);
        var run = output[output.IndexOf("cdcdemo_", StringComparison.Ordinal)..][.."cdcdemo_123456".Length];
        Assert.Equal(0, await stack.CountAsync($"select count(*) from pg_namespace where nspname in ('{run}', '{run}_state')"));
        Assert.Equal(0, await stack.CountAsync($"select count(*) from pg_replication_slots where slot_name = '{run}'"));
        Assert.Equal(0, await stack.CountAsync($"select count(*) from pg_publication where pubname = '{run}'"));
        Assert.DoesNotContain(run.Replace('_', '-'), await stack.ConnectorNamesAsync());
        using var registry = new HttpClient { BaseAddress = stack.Registry };
        Assert.DoesNotContain((await registry.GetFromJsonAsync<string[]>(new Uri("subjects", UriKind.Relative)))!, s => s.Contains(run, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Demo_BrokenOff_LeavesNothingOnSale()
    {
        await using var demo = stack.Start("demo", "--external", "--url", stack.Connect.ToString(), "--timeout", "120");
        await demo.UntilAsync("the snapshot is in Stripe", () => Task.FromResult(demo.Output.Contains("the snapshot (", StringComparison.Ordinal)));
        Assert.Equal(1, await demo.InterruptAsync());
        Assert.DoesNotContain("left behind: objects", demo.Output, StringComparison.Ordinal);
        var run = demo.Output[demo.Output.IndexOf("cdcdemo_", StringComparison.Ordinal)..][.."cdcdemo_123456".Length];
        using var stripe = new HttpClient { BaseAddress = stack.Stripe };
        stripe.DefaultRequestHeaders.Authorization = new("Bearer", ExternalStack.StripeKey);
        foreach (var list in new[] { "v1/products?active=true&limit=100", "v1/prices?active=true&limit=100", "v1/customers?limit=100" })
            Assert.DoesNotContain($"\"{run}.", await stripe.GetStringAsync(new Uri(list, UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connector_FromPlanToALostSlot_IsDeployedWatchedAndRecovered()
    {
        var name = $"e2e-{Guid.CreateVersion7():N}"[..20];
        var id = name.Replace('-', '_');
        await stack.ExecuteAsync($"create schema {id}; create table {id}.items (id int primary key, name text); insert into {id}.items values (1, 'one')");
        try
        {
            string[] files = ["--files", await stack.ConnectorFileAsync(name)];
            Assert.Contains($"{name}: create", await stack.ConnectorsAsync(3, ["plan", .. files]), StringComparison.Ordinal);
            Assert.Contains($"{name}: created, RUNNING, task 0 RUNNING", await stack.ConnectorsAsync(0, ["apply", .. files]), StringComparison.Ordinal);
            await stack.ConnectorsAsync(0, ["plan", .. files]);
            Assert.Matches($@"{name}: RUNNING, task 0 RUNNING .* at [0-9A-F]+/[0-9A-F]+, lag \d+", await stack.ConnectorsAsync(0, "status", name));

            await stack.ByHandAsync(name, "heartbeat.interval.ms", "7000");
            Assert.Contains("~ heartbeat.interval.ms = 7000 → 1000", await stack.ConnectorsAsync(3, ["plan", .. files]), StringComparison.Ordinal);
            Assert.Contains("changed, RUNNING", await stack.ConnectorsAsync(0, ["apply", .. files]), StringComparison.Ordinal);
            await stack.ConnectorsAsync(0, ["plan", .. files]);

            string[] second = ["--files", await stack.ConnectorFileAsync(name + "-b", ("slot.name", id), ("table.include.list", $"{id}.items"))];
            Assert.Contains($"{name} reads the slot {id}", await stack.ConnectorsAsync(2, ["apply", .. second]), StringComparison.Ordinal);
            Assert.DoesNotContain(name + "-b", await stack.ConnectorNamesAsync());

            Assert.Contains("STOPPED", await stack.ConnectorsAsync(0, "stop", name), StringComparison.Ordinal);
            await DropSlotAsync(id);
            Assert.Contains("no longer available on the server", await stack.ConnectorsAsync(1, "resume", name), StringComparison.Ordinal);
            var failed = await stack.ConnectorsAsync(3, "status", name);
            Assert.Contains("cause: ", failed, StringComparison.Ordinal);
            Assert.Contains("offsets reset", failed, StringComparison.Ordinal);
            Assert.Contains("offsets forgotten, RUNNING", await stack.ConnectorsAsync(0, "offsets", "reset", name, "--yes"), StringComparison.Ordinal);
        }
        finally
        {
            if ((await stack.ConnectorNamesAsync()).Contains(name))
            {
                await stack.ConnectorsAsync(0, "stop", name);
                await stack.ConnectorsAsync(0, "delete", name, "--yes");
            }

            await DropSlotAsync(id);
            await stack.ExecuteAsync($"drop publication if exists {id}; drop schema {id} cascade");
        }
    }

    [Fact]
    public async Task Backfill_AskedForInTheSignalTable_ReadsTheRowsAgainAndTellsItsProgress()
    {
        var name = $"e2e-{Guid.CreateVersion7():N}"[..20];
        var id = name.Replace('-', '_');
        await stack.ExecuteAsync($"""
            create schema {id};
            create table {id}.items (id int primary key, name text);
            insert into {id}.items values (1, 'one'), (2, 'two'), (3, 'three');
            create table {id}.signals (id varchar(42) primary key, type varchar(32) not null, data text)
            """);
        try
        {
            string[] files =
            [
                "--files", await stack.ConnectorFileAsync(
                    name, ("table.include.list", $"{id}.items,{id}.signals"), ("signal.enabled.channels", "source"), ("signal.data.collection", $"{id}.signals"), ("read.only", "false")),
            ];
            await stack.ConnectorsAsync(0, ["apply", .. files]);
            var whole = await stack.ConnectorsAsync(0, "backfill", $"{id}.items", "--timeout", "60");
            Assert.Contains($"written to the table {id}.signals", whole, StringComparison.Ordinal);
            Assert.Contains($"{id}.items: 3 rows read, SUCCEEDED", whole, StringComparison.Ordinal);
            Assert.Contains("2 rows read, SUCCEEDED", await stack.ConnectorsAsync(0, "backfill", $"{id}.items", "--where", "id > 1 and name <> 'it''s'", "--timeout", "60"), StringComparison.Ordinal);
            await stack.ExecuteAsync($"drop table {id}.signals");
            Assert.Contains("generate --sql", await stack.ConnectorsAsync(1, "backfill", $"{id}.items", "--timeout", "60"), StringComparison.Ordinal);
        }
        finally
        {
            if ((await stack.ConnectorNamesAsync()).Contains(name))
            {
                await stack.ConnectorsAsync(0, "stop", name);
                await stack.ConnectorsAsync(0, "delete", name, "--yes");
            }

            await DropSlotAsync(id);
            await stack.ExecuteAsync($"drop publication if exists {id}; drop schema {id} cascade");
        }
    }

    [Fact]
    public async Task Table_ThatDoesNotExist_IsRefusedBeforeAnythingChanges()
    {
        var name = $"e2e-{Guid.CreateVersion7():N}"[..20];
        var output = await stack.ConnectorsAsync(2, "apply", "--files", await stack.ConnectorFileAsync(name, ("table.include.list", "public.no_such_table")));
        Assert.Contains("REFUSED table.include.list: there is no table public.no_such_table in the database", output, StringComparison.Ordinal);
        Assert.DoesNotContain(name, await stack.ConnectorNamesAsync());
        Assert.Equal(0, await stack.CountAsync($"select count(*) from pg_replication_slots where slot_name = '{name.Replace('-', '_')}'"));
    }

    [Fact]
    public async Task RoleAndPartitions_ThatTheConnectorWouldFailOn_AreRefusedBeforeAnythingChanges()
    {
        var name = $"e2e-{Guid.CreateVersion7():N}"[..20];
        var id = name.Replace('-', '_');
        await stack.ExecuteAsync($"""
            create schema {id}; create role {id} login;
            create table {id}.items (id int, region text, primary key (id, region)) partition by list (region);
            create table {id}.items_eu partition of {id}.items for values in ('eu')
            """);
        try
        {
            var refused = await stack.ConnectorsAsync(2, "apply", "--files", await stack.ConnectorFileAsync(name, ("database.user", id)));
            Assert.Contains($"REFUSED database.user: {id} may not replicate; ALTER ROLE {id} REPLICATION;", refused, StringComparison.Ordinal);
            Assert.Contains($"{id}.items is partitioned", refused, StringComparison.Ordinal);
            Assert.DoesNotContain(name, await stack.ConnectorNamesAsync());
            await stack.ConnectorsAsync(3, "plan", "--files", await stack.ConnectorFileAsync(name, ("publish.via.partition.root", "true")));
        }
        finally
        {
            await stack.ExecuteAsync($"drop schema {id} cascade; drop role {id}");
        }
    }

    [Fact]
    public async Task Check_OnADatabaseWithSixThingsWrong_PrintsTheSqlThatMendsThem()
    {
        var id = $"check_{Guid.CreateVersion7():N}"[..20];
        await stack.ExecuteAsync($"""
            create schema {id};
            create table {id}.products (id bigint, name text);
            create unlogged table {id}.prices (id uuid primary key, product_id bigint, currency text, amount numeric(14, 2));
            create table {id}.customers (id bigint primary key, email text);
            alter table {id}.customers replica identity nothing;
            create publication {id} for table {id}.products (id) with (publish = 'insert');
            """);
        try
        {
            var mapping = Path.Combine(stack.Folder, $"{id}.yaml");
            await File.WriteAllTextAsync(mapping, $$"""
                version: 1
                mode: test
                resources:
                  product: { from: {{id}}.products, key: [id], fields: { name: { column: name } } }
                  price:
                    from: {{id}}.prices
                    key: [id]
                    parent: { product: product_id }
                    fields: { currency: { column: currency }, unit_amount_decimal: { column: amount, convert: minor_units } }
                  customer: { from: {{id}}.customers, key: [id], fields: { email: { column: email } } }
                """);
            string[] check = ["check", "--fix-sql", "--set", $"mapping={mapping}", "--set", $"source.publication={id}", "--set", "kafka.topics:0=x"];
            var script = await stack.RunAsync(3, check);
            foreach (var wrong in new[] { "products has no primary key", "prices is unlogged", "customers has replica identity nothing", "leaves out some kinds of change", $"lacks {id}.prices", "name" })
                Assert.Contains(wrong, script, StringComparison.Ordinal);
            await stack.ExecuteAsync(script);
            Assert.Contains("-- nothing to mend", await stack.RunAsync(0, check), StringComparison.Ordinal);
        }
        finally
        {
            await stack.ExecuteAsync($"drop publication if exists {id}; drop schema {id} cascade");
        }
    }

    /// <summary>The connection that read it ends a moment after the task.</summary>
    private async Task DropSlotAsync(string slot)
    {
        for (var i = 0; i < 40 && await stack.CountAsync($"select count(*) from pg_replication_slots where slot_name = '{slot}' and active") > 0; i++) await Task.Delay(250);
        await stack.ExecuteAsync($"select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = '{slot}'");
    }
}
