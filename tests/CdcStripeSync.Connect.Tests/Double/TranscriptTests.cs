namespace CdcStripeSync.Connect.Tests.Double;

/// <summary>The double answers as the recorded worker did: in the recorded order, in another, and about connectors of other names.</summary>
public sealed class TranscriptTests
{
    /// <summary>Looking first, then the connector that fails, the one that begins stopped, and the main one with its steps in another order.</summary>
    private static readonly int[] OtherOrder =
    [
        60, 59, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 51, 52, 53, 57, 47, 48, 49, 50, 13, 12, 11, 14, 15, 16, 17, 30, 29, 28, 21, 20, 19, 18, 24, 23, 22, 34,
        54, 55, 58, 31, 32, 33, 44, 45, 41, 42, 43, 25, 26, 27, 35, 36, 37, 39, 38, 40, 46, 56,
    ];

    [Fact]
    public async Task Transcript_InItsOrder_IsAnsweredExchangeByExchange()
    {
        await using var replay = await Replay.StartAsync();
        foreach (var exchange in Transcript.Rest) await replay.CompareAsync(exchange);
        Assert.Equal(61, Transcript.Rest.Count);
    }

    [Fact]
    public async Task Transcript_InAnotherOrder_IsAnsweredTheSame()
    {
        Assert.Equal(Enumerable.Range(0, Transcript.Rest.Count), OtherOrder.Order());
        await using var replay = await Replay.StartAsync();
        foreach (var index in OtherOrder) await replay.CompareAsync(Transcript.Rest[index]);
    }

    [Theory]
    [InlineData("shop_source")]
    [InlineData("a")]
    public async Task Transcript_WithOtherNames_IsAnsweredAboutThose(string name)
    {
        await using var replay = await Replay.StartAsync(name);
        foreach (var exchange in Transcript.Rest) await replay.CompareAsync(exchange.Renamed(name));
    }

    [Fact]
    public async Task Secrets_ByReference_AreResolvedForValidationAndShownAsReferences()
    {
        await using var replay = await Replay.StartAsync();
        foreach (var exchange in Transcript.Secrets) await replay.CompareAsync(exchange);
        Assert.Equal(9, Transcript.Secrets.Count);
    }

    [Theory]
    [InlineData("PUT", "/pause", 404, "Unknown connector nobody")]
    [InlineData("PUT", "/resume", 404, "Unknown connector nobody")]
    [InlineData("PUT", "/stop", 404, "Unknown connector nobody")]
    [InlineData("POST", "/restart", 404, "Unknown connector: nobody")]
    [InlineData("POST", "/restart?includeTasks=true&onlyFailed=true", 404, "Unknown connector: nobody")]
    [InlineData("POST", "/tasks/0/restart", 404, "Unknown connector: nobody")]
    [InlineData("GET", "/offsets", 404, "Connector nobody not found")]
    public async Task Connector_ThatIsNotThere_IsAnsweredInKafkaConnectsWords(string method, string path, int status, string words)
    {
        await using var replay = await Replay.StartAsync();
        await replay.CompareAsync(new Exchange("a missing connector", method, "/connectors/nobody" + path, null, status, $$"""{"error_code": {{status}}, "message": "{{words}}"}"""));
        await replay.CompareAsync(new Exchange("its topics", "GET", "/connectors/nobody/topics", null, 200, """{"nobody": {"topics": []}}"""));
    }
}
