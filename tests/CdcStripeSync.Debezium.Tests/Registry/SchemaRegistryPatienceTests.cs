using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Registry;

public sealed class SchemaRegistryPatienceTests
{
    [Fact]
    public async Task UnknownId_RegisteredAfterPatienceEnded_IsFoundOnRetry()
    {
        await using var registry = await RegistryDouble.StartAsync();
        var clock = new ManualClock();
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions(registry.Address), clock);
        await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(async () => await client.FindAsync(6, CancellationToken.None));
        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Null((await client.FindAsync(6, CancellationToken.None)).Schema);
        registry.Knows(6, "\"string\"");
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.NotNull((await client.FindAsync(6, CancellationToken.None)).Schema);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("text/html; charset=windows-1252")]
    public async Task Answer_OfNoRegistry_IsNotTakenForTheSchema(string type)
    {
        await using var registry = await RegistryDouble.StartAsync();
        registry.ContentType = type;
        registry.Answers[6] = (200, "<html>please log in</html>");
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions(registry.Address), new ManualClock());
        await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(async () => await client.FindAsync(6, CancellationToken.None));
    }
}
