using System.Text.Json.Nodes;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Registry;

/// <summary>A schema may leave types to other subjects: the registry names them as its <c>references</c>.</summary>
public sealed class SchemaReferenceTests : IAsyncLifetime
{
    private const string Holder = """{"type":"record","name":"Holder","namespace":"a","fields":[{"name":"one","type":"b.Money"},{"name":"two","type":["null","b.Currency"]}]}""";
    private const string Money = """{"type":"record","name":"Money","namespace":"b","fields":[{"name":"amount","type":"long"},{"name":"currency","type":"Currency"}]}""";
    private const string Currency = """{"type":"enum","name":"Currency","namespace":"b","symbols":["EUR","CHF"]}""";

    private readonly ManualClock _clock = new();
    private RegistryDouble _registry = null!;

    public async Task InitializeAsync() => _registry = await RegistryDouble.StartAsync();

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task Envelope_WhoseRowIsAReference_DecodesAsWithoutReferences()
    {
        var recording = Recording.Open(Fixtures.Folder("shop-default-identity"));
        var split = 0;
        foreach (var (id, schema) in recording.SchemaTexts)
        {
            var json = JsonNode.Parse(schema)!;
            if (json["name"]?.GetValue<string>() == "Envelope" && json["fields"]![0]!["type"]![1] is JsonObject row)
            {
                row["namespace"] ??= json["namespace"]!.GetValue<string>();
                _registry.Knows($"rows.{id}", 1, row.ToJsonString());
                json["fields"]![0]!["type"]![1] = $"{row["namespace"]}.{row["name"]}";
                _registry.Knows(id, json.ToJsonString(), ($"rows.{id}", 1));
                split++;
            }
            else
            {
                _registry.Knows(id, schema);
            }
        }

        Assert.True(split > 2, "no envelope was split");
        using var client = Client();
        var (whole, apart) = (new RecordingDecoder(recording), new RecordingDecoder(client));
        foreach (var recorded in recording.Records().Take(300))
            Assert.Equal(await whole.LineAsync(recorded.Record, CancellationToken.None), await apart.LineAsync(recorded.Record, CancellationToken.None));
    }

    [Fact]
    public async Task References_OfReferences_AreReadBeforeThem_EachOnce()
    {
        _registry.Knows(1, Holder, ("money", 2), ("currency", 1));
        _registry.Knows("money", 2, Money, ("currency", 1));
        _registry.Knows("currency", 1, Currency);
        using var client = Client();
        var schema = (await FindAsync(client)).Schema!;
        Assert.Equal("b.Money", schema.Field("one")!.Schema.Name);
        Assert.Same(schema.Field("one")!.Schema.Field("currency")!.Schema, schema.Field("two")!.Schema.WithoutNull());
        Assert.Equal(["currency/1", "money/2"], _registry.AskedVersions.Order());
        await FindAsync(client);
        Assert.Equal(2, _registry.AskedVersions.Count);
    }

    [Fact]
    public async Task Reference_ThatTheRegistryLacks_WaitsAndThenSaysWhich()
    {
        _registry.Knows(1, Holder, ("money", 2));
        using var client = Client();
        var error = await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(() => FindAsync(client));
        Assert.StartsWith("money version 2, which schema id 1 refers to, is not in the registry", error.Message, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromSeconds(31));
        var found = await FindAsync(client);
        Assert.Null(found.Schema);
        Assert.StartsWith("money version 2, which schema id 1 refers to, is not in the registry", found.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reference_ToASchemaThatIsNone_IsToldWithTheId()
    {
        _registry.Knows(1, Holder, ("money", 2));
        _registry.Knows("money", 2, """{"type":"record"}""");
        using var client = Client();
        var found = await FindAsync(client);
        Assert.Null(found.Schema);
        Assert.StartsWith("schema id 1: ", found.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task References_ThatGoInACircle_AreReadOnce_AndTheUndefinedTypeIsNamed()
    {
        _registry.Knows(1, Holder, ("money", 2));
        _registry.Knows("money", 2, Money, ("money", 2));
        using var client = Client();
        Assert.Contains("Currency is not defined", (await FindAsync(client)).Error, StringComparison.Ordinal);
        Assert.Single(_registry.AskedVersions);
    }

    private static Task<SchemaLookup> FindAsync(SchemaRegistryClient client) => client.FindAsync(1, CancellationToken.None).AsTask();

    private SchemaRegistryClient Client() => new(new SchemaRegistryOptions(_registry.Address) { Timeout = TimeSpan.FromMinutes(1) }, _clock);
}
