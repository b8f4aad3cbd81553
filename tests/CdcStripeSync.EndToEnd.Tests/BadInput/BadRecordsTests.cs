using System.Buffers.Binary;
using System.Text;
using CdcStripeSync.DevStack.Registry;
using CdcStripeSync.EndToEnd.Tests.Stack;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.EndToEnd.Tests.BadInput;

/// <summary>Records that cannot be read, by the real program: each is kept with its reason while the rest flows.</summary>
[Collection(nameof(StackCollection))]
public sealed class BadRecordsTests(StackFixture postgres)
{
    private const string Products = "shop.public.products";
    private const string Letters = "cdc-stripe.dead-letters";
    private const string Linked = "select count(*) from entities where stripe_id is not null and intent is null";

    private const string NullWhereNoneMayBe = """
        {"schema": {"type": "struct", "name": "shop.public.products.Envelope", "fields": [
            {"field": "before", "type": "struct", "optional": true, "name": "shop.public.products.Value", "fields": [{"field": "id", "type": "int64", "optional": false}, {"field": "name", "type": "string", "optional": false}]},
            {"field": "after", "type": "struct", "optional": true, "name": "shop.public.products.Value", "fields": [{"field": "id", "type": "int64", "optional": false}, {"field": "name", "type": "string", "optional": false}]},
            {"field": "source", "type": "struct", "optional": false, "fields": [{"field": "lsn", "type": "int64", "optional": true}, {"field": "schema", "type": "string", "optional": false}, {"field": "table", "type": "string", "optional": false}]},
            {"field": "op", "type": "string", "optional": false}]},
         "payload": {"before": null, "after": {"id": 90, "name": null}, "source": {"lsn": 1, "schema": "public", "table": "products"}, "op": "c"}}
        """;

    [Fact]
    public async Task EachBadRecord_IsADeadLetterWithItsReason_AndTheRestFlows()
    {
        await using var world = await World.StartAsync(postgres);
        await world.ConfigureAsync(s =>
        {
            s["registry"]!["unknownIdSeconds"] = 1;
            s["kafka"]!["deadLetterTopic"] = Letters;
        });
        world.CreateTopic(Letters);
        var good = (await Snapshot.OfAsync(world.Recording, "products")).Select(r => r.Record).ToList();
        var (first, rest) = (good[0], good.Skip(1));
        byte[] body = first.Value!.Value.ToArray();
        byte[] unknown = [.. body];
        BinaryPrimitives.WriteInt32BigEndian(unknown.AsSpan(1), 987_654);
        byte[] magic = [0x7, .. body.AsSpan(1)];
        (string, int, ReadOnlyMemory<byte>?, ReadOnlyMemory<byte>?)[] bad =
        [
            (Products, 0, first.Key, unknown), (Products, 0, first.Key, body.AsMemory(0, body.Length / 2)), (Products, 0, first.Key, magic),
            (Products, 0, first.Key, Encoding.UTF8.GetBytes(NullWhereNoneMayBe)),
        ];
        await world.ProduceAsync(bad);
        await world.ProduceAsync(rest);

        await using var run = world.Run();
        await run.UntilAsync("the others are there", () => world.StateIsAsync(Linked, good.Count - 1));
        await run.UntilAsync("each bad record is kept", () => world.StateIsAsync("select count(*) from dead_letters", bad.Length));
        await run.UntilAsync("all offsets are settled", () => world.StateIsAsync("select coalesce(sum(next), 0)::bigint from offsets", bad.Length + good.Count - 1));
        Assert.Equal(0, await run.InterruptAsync());

        string[] reasons = ["987654", "", "magic", "name"];
        for (var offset = 0; offset < bad.Length; offset++)
        {
            var (error, hint) = (await world.StateAsync<string>($"select error from dead_letters where record_offset = {offset}"), await world.StateAsync<string>($"select hint from dead_letters where record_offset = {offset}"));
            Assert.True(error.Contains(reasons[offset], StringComparison.OrdinalIgnoreCase) && error.Length > 10 && hint.Length > 10, $"{offset}: {error} ({hint})");
            Assert.Equal(bad[offset].Item4!.Value.ToArray(), await world.StateAsync<byte[]>($"select record_value from dead_letters where record_offset = {offset}"));
        }

        var copies = world.Consume(Letters, bad.Length).ToDictionary(c => Encoding.UTF8.GetString(c.Message.Headers.GetLastBytes("__connect.errors.offset")));
        for (var offset = 0; offset < bad.Length; offset++)
        {
            var copy = copies[$"{offset}"].Message;
            Assert.Equal(bad[offset].Item4!.Value.ToArray(), copy.Value);
            Assert.Equal(Products, Encoding.UTF8.GetString(copy.Headers.GetLastBytes("__connect.errors.topic")));
            Assert.Contains(reasons[offset], Encoding.UTF8.GetString(copy.Headers.GetLastBytes("__connect.errors.exception.message")), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task RegistryDown_RecordsWaitWithOneLine_AndFlowWhenItIsBack()
    {
        await using var world = await World.StartAsync(postgres);
        var gate = await RegistryGate.StartAsync(world.Registry);
        await using var _ = gate;
        await world.ConfigureAsync(s => s["registry"]!["url"] = gate.Address.ToString());
        var records = (await Snapshot.OfAsync(world.Recording, "products")).Select(r => r.Record).ToList();
        await world.ProduceAsync(records);

        await using var run = world.Run();
        await run.UntilAsync("it says that the registry is away", () => Task.FromResult(run.Error.Contains("schema registry", StringComparison.Ordinal)));
        await Task.Delay(1_500);
        Assert.True(await world.StateIsAsync("select count(*) from entities", 0));
        Assert.True(await world.StateIsAsync("select count(*) from dead_letters", 0));
        Assert.Single(run.Error.Split('\n'), l => l.Contains("schema registry", StringComparison.Ordinal));

        gate.Open();
        await run.UntilAsync("the rows have objects", () => world.StateIsAsync(Linked, records.Count));
        Assert.Equal(0, await run.InterruptAsync());
        Assert.True(await world.StateIsAsync("select count(*) from dead_letters", 0));
    }
}
