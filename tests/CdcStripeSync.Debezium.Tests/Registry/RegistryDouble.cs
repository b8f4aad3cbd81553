using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CdcStripeSync.Debezium.Tests.Registry;

/// <summary>A schema registry over real HTTP whose answers the test sets, id by id.</summary>
internal sealed class RegistryDouble : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RegistryDouble(WebApplication app) => _app = app;

    public ConcurrentDictionary<int, (int Status, string Body)> Answers { get; } = new();

    /// <summary>Newest schemas by subject.</summary>
    public ConcurrentDictionary<string, (int Status, string Body)> Subjects { get; } = new();

    /// <summary>Versions of subjects, as <c>subject/version</c>, that are there for who asks for deleted ones.</summary>
    public ConcurrentDictionary<string, (int Status, string Body)> Versions { get; } = new();

    public ConcurrentQueue<string> AskedVersions { get; } = new();

    /// <summary>Schemas that a writer registered; the last one's id.</summary>
    public int Registered { get; private set; }

    public ConcurrentQueue<int> Asked { get; } = new();

    public ConcurrentQueue<string?> Authorizations { get; } = new();

    public string ContentType { get; set; } = "application/vnd.schemaregistry.v1+json";

    /// <summary>Held requests wait for this.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public Uri Address { get; private set; } = null!;

    public static async Task<RegistryDouble> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null) listen.UseHttps(certificate);
        }));
        var app = builder.Build();
        var registry = new RegistryDouble(app);
        app.MapGet("/base/schemas/ids/{id:int}", registry.AnswerAsync);
        app.MapGet("/base/subjects/{subject}/versions/latest", (string subject) =>
        {
            var (status, body) = registry.Subjects.TryGetValue(subject, out var answer) ? answer : (404, """{"error_code":40401,"message":"Subject not found"}""");
            return Results.Content(body, "application/vnd.schemaregistry.v1+json", statusCode: status);
        });
        app.MapGet("/base/subjects/{subject}/versions/{version:int}", registry.AnswerVersion);
        app.MapPost("/base/subjects/{subject}/versions", registry.RegisterAsync);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        registry.Address = new Uri(address + "/base");
        return registry;
    }

    public void Knows(int id, string schema) => Answers[id] = (200, JsonSerializer.Serialize(new { schema }));

    /// <summary>A reference is a subject and its version: the text's own names need not be known to a registry's reader.</summary>
    public void Knows(int id, string schema, params (string Subject, int Version)[] references) => Answers[id] = (200, Body(schema, references));

    public void Knows(string subject, int version, string schema, params (string Subject, int Version)[] references) =>
        Versions[$"{subject}/{version}"] = (200, Body(schema, references));

    public void Lacks(int id) => Answers[id] = (404, $$"""{"error_code":40403,"message":"Schema {{id}} not found"}""");

    public void Fails(int id, int status = 500) => Answers[id] = (status, """{"error_code":50001,"message":"Error in the backend data store"}""");

    public async ValueTask DisposeAsync()
    {
        Gate?.TrySetResult();
        await _app.DisposeAsync();
    }

    private async Task<IResult> RegisterAsync(Stream body)
    {
        using var sent = await JsonDocument.ParseAsync(body);
        Knows(++Registered, sent.RootElement.GetProperty("schema").GetString()!);
        return Results.Content($$"""{"id":{{Registered}}}""", "application/vnd.schemaregistry.v1+json");
    }

    private static string Body(string schema, (string Subject, int Version)[] references) =>
        JsonSerializer.Serialize(new { schema, references = references.Select(r => new { name = r.Subject, subject = r.Subject, version = r.Version }) });

    private IResult AnswerVersion(string subject, int version, bool deleted = false)
    {
        AskedVersions.Enqueue($"{subject}/{version}");
        var (status, body) = deleted && Versions.TryGetValue($"{subject}/{version}", out var answer) ? answer : (404, """{"error_code":40402,"message":"Version not found"}""");
        return Results.Content(body, ContentType, statusCode: status);
    }

    private async Task<IResult> AnswerAsync(int id, HttpContext context)
    {
        Asked.Enqueue(id);
        Authorizations.Enqueue(context.Request.Headers.Authorization);
        if (Gate is { } gate) await gate.Task;
        var (status, body) = Answers.TryGetValue(id, out var answer) ? answer : (404, """{"error_code":40403,"message":"Schema not found"}""");
        return Results.Content(body, ContentType, statusCode: status);
    }
}
