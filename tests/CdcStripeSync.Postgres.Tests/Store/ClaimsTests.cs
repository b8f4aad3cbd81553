using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Postgres.Tests.Store;

[Collection(nameof(PostgresServerCollection))]
public sealed class ClaimsTests(PostgresFixture postgres)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Claims_AreKeptByKindValueAndClaimant()
    {
        await using var open = await postgres.NewStoreAsync();
        var first = new Claim("lookup_key", "gold", Sample.Price("1"), Sample.At(1));
        var second = new Claim("lookup_key", "gold", Sample.Price("2"), new StreamPosition(0, default, null));
        var other = new Claim("default_price", "product/7", Sample.Price("1"), Sample.At(3));
        await open.Store.WriteAsync(new StateBatch { Claims = [first, second, other, first with { At = Sample.At(9) }] }, None);

        Assert.Equal([first with { At = Sample.At(9) }, second], await open.Store.ClaimsAsync("lookup_key", "gold", None));
        Assert.Equal([other, first with { At = Sample.At(9) }], await open.Store.ClaimsOfAsync(Sample.Price("1"), None));

        await open.Store.WriteAsync(new StateBatch { ClaimsDropped = [first with { At = Sample.At(9) }] }, None);
        Assert.Equal([second], await open.Store.ClaimsAsync("lookup_key", "gold", None));
    }

    [Fact]
    public async Task Claims_AskedForTogether_AnswerWhatEachAsksFor()
    {
        await using var open = await postgres.NewStoreAsync();
        var gold = new Claim("lookup_key", "gold", Sample.Price("1"), Sample.At(1));
        var nul = new Claim("lookup_key", "si\0lver", Sample.Price("2"), Sample.At(2));
        var standing = new Claim("default_price", "gold", Sample.Price("2"), Sample.At(3));
        await open.Store.WriteAsync(new StateBatch { Claims = [gold, nul, standing, gold with { Value = "bronze" }] }, None);

        Assert.Equal([gold, nul], await open.Store.ClaimsAsync([("lookup_key", "si\0lver"), ("lookup_key", "gold"), ("lookup_key", "none")], None));
        Assert.Equal(
            [gold with { Value = "bronze" }, gold, standing], (await open.Store.ClaimsOfAsync([Sample.Price("1"), Sample.Price("2"), Sample.Price("3")], None)).Take(3));
        Assert.Empty(await open.Store.ClaimsAsync([], None));
    }

    [Fact]
    public async Task Claim_MadeAnewSinceItWasReadAsReleased_IsNotDropped()
    {
        await using var open = await postgres.NewStoreAsync();
        var released = new Claim("lookup_key", "gold", Sample.Price("1"), new StreamPosition(-1, default, null));
        var anew = released with { At = Sample.At(9) };
        await open.Store.WriteAsync(new StateBatch { Claims = [anew] }, None);
        await open.Store.WriteAsync(new StateBatch { ClaimsDropped = [released] }, None);
        Assert.Equal([anew], await open.Store.ClaimsAsync("lookup_key", "gold", None));

        await open.Store.WriteAsync(new StateBatch { Claims = [released] }, None);
        await open.Store.WriteAsync(new StateBatch { ClaimsDropped = [anew] }, None);
        Assert.Empty(await open.Store.ClaimsAsync("lookup_key", "gold", None));
    }
}
