using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CdcStripeSync.DevStack.Registry;

namespace CdcStripeSync.DevStack.Tests.Registry;

public sealed class SchemaRegistryServerTests
{
    private const string Key = """{"type":"record","name":"Key","namespace":"t","fields":[{"name":"id","type":"long"}]}""";
    private const string Other = """{"type":"record","name":"Key","namespace":"t","fields":[{"name":"id","type":"string"}]}""";

    [Fact]
    public async Task Register_SameSchemaAgainOrElsewhere_HasTheSameId()
    {
        await using var registry = await Running.StartAsync(null);
        var id = await registry.RegisterAsync("demo-key", Key);
        Assert.Equal(id, await registry.RegisterAsync("demo-key", Key));
        Assert.Equal(id, await registry.RegisterAsync("other-key", Key));
        Assert.NotEqual(id, await registry.RegisterAsync("demo-key", Other));
        Assert.Equal("[1,2]", (await registry.GetAsync("subjects/demo-key/versions")).Body.ToJsonString());
        Assert.Equal("""["demo-key"]""", (await registry.GetAsync("subjects?subjectPrefix=demo")).Body.ToJsonString());
    }

    [Fact]
    public async Task Find_ById_AnswersTheTextAsItWasRegistered()
    {
        await using var registry = await Running.StartAsync(null);
        var id = await registry.RegisterAsync("demo-key", Key);
        var (status, body) = await registry.GetAsync($"schemas/ids/{id}");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(Key, body["schema"]!.GetValue<string>());
        Assert.Equal("AVRO", body["schemaType"]!.GetValue<string>());
        Assert.Equal("""[{"subject":"demo-key","version":1}]""", (await registry.GetAsync($"schemas/ids/{id}/versions")).Body.ToJsonString());
    }

    [Fact]
    public async Task Find_LatestAndBySchema_DescribeTheVersion()
    {
        await using var registry = await Running.StartAsync(null);
        await registry.RegisterAsync("demo-key", Other);
        var id = await registry.RegisterAsync("demo-key", Key);
        foreach (var (_, body) in new[] { await registry.GetAsync("subjects/demo-key/versions/latest"), await registry.PostAsync("subjects/demo-key", Key) })
        {
            Assert.Equal(("demo-key", 2, id), (body["subject"]!.GetValue<string>(), body["version"]!.GetValue<int>(), body["id"]!.GetValue<int>()));
            Assert.Equal(Key, body["schema"]!.GetValue<string>());
        }
    }

    [Theory]
    [InlineData("schemas/ids/999999", 40403)]
    [InlineData("subjects/nope/versions", 40401)]
    [InlineData("subjects/demo-key/versions/99", 40402)]
    public async Task Find_WhatIsNotThere_HasConfluentsErrorCode(string path, int code)
    {
        await using var registry = await Running.StartAsync(null);
        await registry.RegisterAsync("demo-key", Key);
        var (status, body) = await registry.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal(code, body["error_code"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("""{"type":"nope"}""")]
    [InlineData("{")]
    public async Task Register_NoAvroSchema_IsRefused(string schema)
    {
        await using var registry = await Running.StartAsync(null);
        var (status, body) = await registry.PostAsync("subjects/demo-key/versions", schema);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(42201, body["error_code"]!.GetValue<int>());
    }

    [Fact]
    public async Task Registry_StartedAgainOnItsFile_KeepsItsIds()
    {
        var folder = Directory.CreateTempSubdirectory("registry-").FullName;
        try
        {
            var file = Path.Combine(folder, "schemas.json");
            int first, second;
            await using (var registry = await Running.StartAsync(file))
            {
                first = await registry.RegisterAsync("demo-key", Key);
                second = await registry.RegisterAsync("demo-key", Other);
            }

            await using var again = await Running.StartAsync(file);
            Assert.Equal(second, await again.RegisterAsync("demo-key", Other));
            Assert.Equal(Key, (await again.GetAsync($"schemas/ids/{first}")).Body["schema"]!.GetValue<string>());
            Assert.DoesNotContain(await again.RegisterAsync("third", """{"type":"string"}"""), new[] { first, second });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class Running(SchemaRegistryServer server) : IAsyncDisposable
    {
        private readonly HttpClient _http = new() { BaseAddress = server.Address };

        public static async Task<Running> StartAsync(string? file) => new(await SchemaRegistryServer.StartAsync(file, CancellationToken.None));

        public async Task<int> RegisterAsync(string subject, string schema) => (await PostAsync($"subjects/{subject}/versions", schema)).Body["id"]!.GetValue<int>();

        public async Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(string path, string schema)
        {
            using var response = await _http.PostAsJsonAsync(new Uri(path, UriKind.Relative), new { schema });
            return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
        }

        public async Task<(HttpStatusCode Status, JsonNode Body)> GetAsync(string path)
        {
            using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
            return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
        }

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            await server.DisposeAsync();
        }
    }
}
