using System.Text;
using CdcStripeSync.Core.Changes;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Debezium.Tests.Avro;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Registry;

public sealed class SchemaRegistryClientTests : IAsyncLifetime
{
    private const string Schema = """{"type":"record","name":"Value","fields":[{"name":"id","type":"int"}]}""";

    private readonly ManualClock _clock = new();
    private RegistryDouble _registry = null!;

    public async Task InitializeAsync() => _registry = await RegistryDouble.StartAsync();

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task Schema_OnceFound_IsNeverAskedForAgain()
    {
        _registry.Knows(1, Schema);
        using var client = Client();
        for (var i = 0; i < 5; i++) Assert.Equal(AvroKind.Record, (await FindAsync(client, 1)).Schema!.Kind);
        Assert.Equal([1], _registry.Asked);
    }

    [Fact]
    public async Task Schema_AskedForByMany_IsFetchedOnce()
    {
        _registry.Knows(1, Schema);
        _registry.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var client = Client();
        var waiting = Enumerable.Range(0, 50).Select(_ => FindAsync(client, 1)).ToList();
        _registry.Gate.SetResult();
        var found = await Task.WhenAll(waiting);
        Assert.Single(found.Select(f => f.Schema).Distinct());
        Assert.Equal([1], _registry.Asked);
    }

    [Fact]
    public async Task Schema_AskerGivesUp_OthersStillGetIt()
    {
        _registry.Knows(1, Schema);
        _registry.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var client = Client();
        using var impatient = new CancellationTokenSource();
        var first = client.FindAsync(1, impatient.Token).AsTask();
        var second = FindAsync(client, 1);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _registry.Gate.SetResult();
        Assert.NotNull((await second).Schema);
    }

    [Fact]
    public async Task Credentials_GivenAsOptions_GoAsBasicAuthentication()
    {
        _registry.Knows(1, Schema);
        using var client = Client(o => o with { Username = "sync", Password = "pa:ss é" });
        await FindAsync(client, 1);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("sync:pa:ss é")), Assert.Single(_registry.Authorizations));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Credentials_Refused_TheRecordWaitsAndTheOptionsAreNamed(int status)
    {
        _registry.Fails(1, status);
        using var client = Client(o => o with { Username = "sync", Password = "s3cret" });
        var error = await UnavailableAsync(client, 1);
        Assert.Contains("registry.username", error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownId_WithinPatience_WaitsAndThenIsFinal()
    {
        using var client = Client();
        Assert.Contains("schema id 404 is not in the registry", await UnavailableAsync(client, 404), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromSeconds(29));
        await UnavailableAsync(client, 404);
        _clock.Advance(TimeSpan.FromSeconds(2));
        var found = await FindAsync(client, 404);
        Assert.Null(found.Schema);
        Assert.StartsWith("schema id 404 is not in the registry", found.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownId_KnownAMomentLater_IsFound()
    {
        using var client = Client();
        await UnavailableAsync(client, 5);
        _registry.Knows(5, Schema);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull((await FindAsync(client, 5)).Schema);
    }

    [Fact]
    public async Task Failure_IsRememberedForAMoment_SoThatWaitingRecordsAskOnce()
    {
        using var client = Client();
        for (var i = 0; i < 20; i++) await UnavailableAsync(client, 9);
        Assert.Equal([9], _registry.Asked);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await UnavailableAsync(client, 9);
        Assert.Equal([9, 9], _registry.Asked);
    }

    [Fact]
    public async Task ServerError_IsTriedThriceThenWaits_AndRecovers()
    {
        _registry.Fails(3);
        using var client = Client();
        Assert.Contains("answers 500 for schema id 3", await UnavailableAsync(client, 3), StringComparison.Ordinal);
        Assert.Equal([3, 3, 3], _registry.Asked);
        _registry.Knows(3, Schema);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull((await FindAsync(client, 3)).Schema);
    }

    [Fact]
    public async Task OneBadId_LeavesTheOthersAlone()
    {
        _registry.Knows(1, Schema);
        _registry.Fails(2);
        _registry.Knows(4, "\"string\"");
        using var client = Client();
        await UnavailableAsync(client, 2);
        Assert.NotNull((await FindAsync(client, 1)).Schema);
        Assert.NotNull((await FindAsync(client, 4)).Schema);
    }

    [Fact]
    public async Task Registry_Down_TheRecordWaitsAndTheAddressIsNamed()
    {
        var address = _registry.Address;
        await _registry.DisposeAsync();
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions(address) { Timeout = TimeSpan.FromMinutes(1) }, _clock);
        var error = await UnavailableAsync(client, 1);
        Assert.Contains(address.ToString(), error, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Registry_Silent_TimesOutAndTheRecordWaits()
    {
        _registry.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var client = Client(o => o with { Timeout = TimeSpan.FromMilliseconds(300) });
        Assert.Contains("cannot be reached", await UnavailableAsync(client, 1), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"schemaType":"PROTOBUF","schema":"syntax = \"proto3\";"}""", "schema id 8 is PROTOBUF, not Avro")]
    [InlineData("""{"schema":"{\"type\":\"record\"}"}""", "schema id 8: ")]
    public async Task Schema_NotAvro_IsFinalAndSaysSo(string body, string error)
    {
        _registry.Answers[8] = (200, body);
        using var client = Client();
        Assert.StartsWith(error, (await FindAsync(client, 8)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decoder_RegistryDown_ThrowsRatherThanBuryingTheRecord()
    {
        _registry.Fails(1);
        using var client = Client();
        var decoder = new DebeziumDecoder(client, new DecoderOptions());
        var record = new SourceRecord(new RecordOrigin("p.public.t", 0, 0), 0, null, new AvroEncoder().Frame(1, Schema, """{"id":7}"""), []);
        await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(async () => await decoder.DecodeAsync(record, CancellationToken.None));
        _registry.Knows(1, Schema);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.IsType<DecodedRecord.Change>(await decoder.DecodeAsync(record, CancellationToken.None));
    }

    private SchemaRegistryClient Client(Func<SchemaRegistryOptions, SchemaRegistryOptions>? with = null)
    {
        var options = new SchemaRegistryOptions(_registry.Address) { Timeout = TimeSpan.FromMinutes(1) };
        return new SchemaRegistryClient(with is null ? options : with(options), _clock);
    }

    private static Task<SchemaLookup> FindAsync(SchemaRegistryClient client, int id) => client.FindAsync(id, CancellationToken.None).AsTask();

    private static async Task<string> UnavailableAsync(SchemaRegistryClient client, int id) =>
        (await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(() => FindAsync(client, id))).Message;
}
