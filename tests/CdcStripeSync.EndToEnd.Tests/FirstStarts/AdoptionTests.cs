using CdcStripeSync.EndToEnd.Tests.Stack;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.EndToEnd.Tests.FirstStarts;

/// <summary>The first start against an account that already holds objects, by the real program and the operator's words.</summary>
[Collection(nameof(StackCollection))]
public sealed class AdoptionTests(StackFixture postgres)
{
    private const long Products = 4;
    private const long Prices = 6;
    private const string Waiting = "select count(*) from parked";

    [Fact]
    public async Task AccountHoldsForeignObjects_NothingIsCreatedUntilTold_ThenAdoptedAndCreated()
    {
        await using var world = await World.StartAsync(postgres);
        await world.PostAsync("/v1/products", ("id", "shop_1"), ("name", "Their tee"), ("metadata[theirs]", "kept"));
        var price = await world.PostAsync("/v1/prices", ("product", "shop_1"), ("currency", "usd"), ("unit_amount", "2499"), ("lookup_key", "tee-usd"), ("tax_behavior", "exclusive"));
        await world.ProduceAsync(await SnapshotAsync(world));

        await using var run = world.Run();
        // Prices wait for their products: every row waits.
        await run.UntilAsync("every row waits", () => world.StateIsAsync(Waiting, Products + Prices));
        Assert.Empty(world.Creates("/v1/products"));

        var (adopted, said, _) = await world.CommandAsync("approve", "--adopt");
        Assert.Equal(0, adopted);
        Assert.Contains("approve --create-all", said, StringComparison.Ordinal);
        await run.UntilAsync("the product and the price are linked", () => world.StateIsAsync("select count(*) from entities where stripe_id is not null", 2));
        Assert.Empty(world.Creates("/v1/products"));
        Assert.Empty(world.Creates("/v1/prices"));

        Assert.Equal(0, (await world.CommandAsync("approve", "--create-all")).Code);
        await run.UntilAsync("nothing waits", () => world.StateIsAsync(Waiting, 0));
        await run.UntilAsync("all rows have objects", () => world.StateIsAsync("select count(*) from entities where stripe_id is not null", Products + Prices));
        Assert.Equal(0, await run.InterruptAsync());

        Assert.Equal(Products, world.Objects("products").Count);
        Assert.Equal(Prices, world.Objects("prices").Count);
        var tee = world.Objects("products").Single(p => p["id"]!.ToString() == "shop_1");
        Assert.Equal(("Black tee", "kept", "public.products/1"), (tee["name"]!.ToString(), tee["metadata"]!["theirs"]!.ToString(), tee["metadata"]!["cdc_key"]!.ToString()));
        Assert.Equal("public.prices/00000000-0000-4000-8000-000000000101", world.Objects("prices").Single(p => p["id"]!.ToString() == price)["metadata"]!["cdc_key"]!.ToString());
    }

    [Fact]
    public async Task RowsThatComeAfterBothWords_LinkWhatIsThereToo()
    {
        await using var world = await World.StartAsync(postgres);
        await world.PostAsync("/v1/products", ("id", "shop_1"), ("name", "Their tee"));
        var price = await world.PostAsync("/v1/prices", ("product", "shop_1"), ("currency", "usd"), ("unit_amount", "2499"), ("lookup_key", "tee-usd"), ("tax_behavior", "exclusive"));
        var rows = await SnapshotAsync(world);
        await world.ProduceAsync(rows.Take((int)Products));
        await using var run = world.Run();
        await run.UntilAsync("every product waits", () => world.StateIsAsync(Waiting, Products));
        Assert.Equal(0, (await world.CommandAsync("approve", "--adopt")).Code);
        Assert.Equal(0, (await world.CommandAsync("approve", "--create-all")).Code);
        await run.UntilAsync("all products have objects", () => world.StateIsAsync("select count(*) from entities where stripe_id is not null", Products));

        await world.ProduceAsync(rows.Skip((int)Products));
        await run.UntilAsync("all rows have objects", () => world.StateIsAsync("select count(*) from entities where stripe_id is not null and intent is null", Products + Prices));
        Assert.Equal(0, await run.InterruptAsync());
        Assert.Equal(Prices, world.Objects("prices").Count);
        Assert.Equal("public.prices/00000000-0000-4000-8000-000000000101", world.Objects("prices").Single(p => p["id"]!.ToString() == price)["metadata"]!["cdc_key"]!.ToString());
    }

    [Fact]
    public async Task CreateAllFromTheStart_CreatesBesideWhatIsThere()
    {
        await using var world = await World.StartAsync(postgres);
        await world.PostAsync("/v1/products", ("id", "theirs"), ("name", "Theirs"));
        await world.ProduceAsync((await SnapshotAsync(world)).Take((int)Products));
        await using var run = world.Run("--create-all");
        await run.UntilAsync("all rows have objects", () => world.StateIsAsync("select count(*) from entities where stripe_id is not null", Products));
        Assert.Equal(0, await run.InterruptAsync());
        Assert.Equal(Products + 1, world.Objects("products").Count);
        Assert.Equal("Theirs", world.Objects("products").Single(p => p["id"]!.ToString() == "theirs")["name"]!.ToString());
    }

    [Fact]
    public async Task ForeignObjectOnTheSecondPage_IsSeen()
    {
        await using var world = await World.StartAsync(postgres);
        await world.PostAsync("/v1/products", ("id", "theirs"), ("name", "Theirs"));
        for (var i = 0; i < 101; i++) await world.PostAsync("/v1/products", ("name", "Ours"), ("metadata[cdc_key]", $"public.products/{1000 + i}"));
        await world.ProduceAsync((await SnapshotAsync(world)).Take((int)Products));
        await using var run = world.Run();
        await run.UntilAsync("every row waits", () => world.StateIsAsync(Waiting, Products));
        Assert.Equal(0, await run.InterruptAsync());
        Assert.Empty(world.Creates("/v1/products"));
        Assert.Contains("not ours (theirs)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StoreLost_ObjectsOfOursAreFoundAgain_NotMadeTwice()
    {
        await using var world = await World.StartAsync(postgres);
        await world.ProduceAsync(await SnapshotAsync(world));
        await using (var first = world.Run())
        {
            await first.UntilAsync("all rows have objects", () => world.StateIsAsync("select count(*) from entities where stripe_id is not null and intent is null", Products + Prices));
            Assert.Equal(0, await first.InterruptAsync());
        }

        var made = world.Creates("/v1/products").Count + world.Creates("/v1/prices").Count;
        await world.StateAsync<object>("drop schema cdc_stripe cascade; select 1");
        await using var second = world.Run("--set", "kafka.groupId=again");
        await second.UntilAsync("all rows are linked again", () => world.StateIsAsync("select count(*) from entities where stripe_id is not null and intent is null", Products + Prices));
        Assert.Equal(0, await second.InterruptAsync());
        Assert.Equal(made, world.Creates("/v1/products").Count + world.Creates("/v1/prices").Count);
        Assert.Equal(Prices, world.Objects("prices").Count);
    }

    [Fact]
    public async Task StoreRestoredFromABackup_IsReadAgainFromThere_AndNothingIsMadeTwice()
    {
        await using var world = await World.StartAsync(postgres);
        await world.ProduceAsync(await SnapshotAsync(world));
        await using (var first = world.Run())
        {
            await first.UntilAsync("all rows have objects", () => world.StateIsAsync("select count(*) from entities where stripe_id is not null and intent is null", Products + Prices));
            await first.UntilAsync("the offsets are stored", () => world.StateIsAsync("select coalesce(sum(next), 0)::bigint from offsets", Products + Prices));
            await first.UntilAsync("Kafka has them, too", () => Task.FromResult(world.Committed("shop.public.prices", 3) == Prices));
            Assert.Equal(0, await first.InterruptAsync());
        }

        // As it was before the prices.
        await world.StateAsync<object>("delete from entities where table_name = 'prices'; delete from claims; update offsets set next = 0, highest = null where topic = 'shop.public.prices'; select 1");
        await using var second = world.Run();
        await second.UntilAsync("all rows are linked again", () => world.StateIsAsync("select count(*) from entities where stripe_id is not null and intent is null", Products + Prices));
        Assert.Equal(0, await second.InterruptAsync());
        Assert.Contains("restored from a backup", second.Error, StringComparison.Ordinal);
        Assert.Equal(Prices, world.Objects("prices").Count);
    }

    private static async Task<IReadOnlyList<SourceRecord>> SnapshotAsync(World world) =>
        [.. (await Snapshot.OfAsync(world.Recording, "products", "prices")).OrderByDescending(r => r.Record.Origin.Topic, StringComparer.Ordinal).Select(r => r.Record)];
}
