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
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions(registry.Address) { Timeout = TimeSpan.FromMinutes(1) }, clock);
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
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions(registry.Address) { Timeout = TimeSpan.FromMinutes(1) }, new ManualClock());
        await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(async () => await client.FindAsync(6, CancellationToken.None));
    }

    [Theory]
    [InlineData("<html>default backend - 404</html>")]
    [InlineData("")]
    [InlineData("""{"error_code":404,"message":"HTTP 404 Not Found"}""")]
    [InlineData("""{"error_code":"40403"}""")]
    [InlineData("[]")]
    public async Task NotFound_ThatIsNoRegistrysWord_IsNeverFinal(string body)
    {
        await using var registry = await RegistryDouble.StartAsync();
        registry.Answers[6] = (404, body);
        registry.Subjects["p.s.t-value"] = (404, body);
        var clock = new ManualClock();
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions(registry.Address) { Timeout = TimeSpan.FromMinutes(1) }, clock);
        for (var minutes = 0; minutes < 3; minutes++)
        {
            var error = await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(async () => await client.FindAsync(6, CancellationToken.None));
            Assert.Contains("answers 404 for schema id 6", error.Message, StringComparison.Ordinal);
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(async () => await client.FindValueOfAsync("p.s.t", "p.s.t.Key", CancellationToken.None));
        registry.Knows(6, "\"string\"");
        Assert.NotNull((await client.FindAsync(6, CancellationToken.None)).Schema);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("""{"schema":7}""")]
    [InlineData("""{"schema":"\"string\"","references":[{"subject":1}]}""")]
    public async Task Answer_OfAnotherShape_IsNotTakenForTheSchema(string body)
    {
        await using var registry = await RegistryDouble.StartAsync();
        registry.Answers[6] = (200, body);
        registry.Subjects["p.s.t-value"] = (200, body);
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions(registry.Address) { Timeout = TimeSpan.FromMinutes(1) }, new ManualClock());
        await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(async () => await client.FindAsync(6, CancellationToken.None));
        await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(async () => await client.FindValueOfAsync("p.s.t", "p.s.t.Key", CancellationToken.None));
    }
}
