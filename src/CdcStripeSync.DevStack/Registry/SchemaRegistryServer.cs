using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CdcStripeSync.DevStack.Registry;

/// <summary>A schema registry with the part of Confluent's REST API that Debezium's converters and consumers use.</summary>
/// <remarks>Error codes as recorded from a real registry: 40401 subject, 40402 version, 40403 schema, 42201 invalid schema.
/// Compatibility is answered (<c>NONE</c>) and not enforced.</remarks>
public sealed class SchemaRegistryServer : IAsyncDisposable
{
    private static readonly string[] SchemaTypes = ["AVRO"];
    private readonly WebApplication _app;

    private SchemaRegistryServer(WebApplication app, SchemaStore schemas)
    {
        _app = app;
        Schemas = schemas;
    }

    public SchemaStore Schemas { get; }

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <param name="file">Where ids survive a restart; null keeps them in memory.</param>
    public static async Task<SchemaRegistryServer> StartAsync(string? file, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var server = new SchemaRegistryServer(app, SchemaStore.Open(file));
        server.Map(app);
        await app.StartAsync(cancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/subjects/{subject}/versions", async (string subject, HttpRequest request) =>
            await SchemaOf(request) is { } schema ? Results.Json(new JsonObject { ["id"] = Schemas.Register(subject, schema) }) : Invalid());
        routes.MapPost("/subjects/{subject}", async (string subject, HttpRequest request) =>
        {
            if (!Schemas.HasSubject(subject)) return NoSubject(subject);
            return await SchemaOf(request) is { } schema && Schemas.Find(subject, schema) is { } found ? Results.Json(Describe(found)) : NotFound(40403, "Schema not found");
        });
        routes.MapGet("/subjects", (string? subjectPrefix) => Results.Json(Schemas.Subjects.Where(s => s.StartsWith(subjectPrefix ?? "", StringComparison.Ordinal))));
        routes.MapGet("/subjects/{subject}/versions", (string subject) =>
            Schemas.HasSubject(subject) ? Results.Json(Schemas.Versions(subject).Select(v => v.Version)) : NoSubject(subject));
        routes.MapGet("/subjects/{subject}/versions/{version}", (string subject, string version) =>
        {
            if (!Schemas.HasSubject(subject)) return NoSubject(subject);
            var found = version == "latest" ? Schemas.Versions(subject)[^1] : Schemas.Versions(subject).FirstOrDefault(v => v.Version.ToString(System.Globalization.CultureInfo.InvariantCulture) == version);
            return found is null ? NotFound(40402, $"No version '{version}' found for subject '{subject}'.") : Results.Json(Describe(found));
        });
        routes.MapDelete("/subjects/{subject}", (string subject) =>
            Schemas.HasSubject(subject) ? Results.Json(Schemas.Delete(subject)) : NoSubject(subject));
        routes.MapGet("/schemas/ids/{id:int}", (int id) => Schemas.ById(id) is { } schema
            ? Results.Json(new JsonObject { ["schema"] = schema, ["schemaType"] = "AVRO", ["references"] = new JsonArray() })
            : NotFound(40403, $"No content with ID '{id}' was found."));
        routes.MapGet("/schemas/ids/{id:int}/versions", (int id) => Results.Json(Schemas.UsesOf(id)));
        routes.MapGet("/schemas/types", () => Results.Json(SchemaTypes));
        routes.MapGet("/config", () => Results.Json(new { compatibilityLevel = "NONE" }));
        routes.MapGet("/config/{subject}", (string subject) => Schemas.HasSubject(subject) ? Results.Json(new { compatibilityLevel = "NONE" }) : NoSubject(subject));
    }

    private static async Task<string?> SchemaOf(HttpRequest request)
    {
        try
        {
            var body = await JsonNode.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
            var schema = body?["schema"]?.GetValue<string>();
            if (schema is null) return null;
            return IsSchema(JsonNode.Parse(schema)) ? schema : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsSchema(JsonNode? node) => node switch
    {
        JsonObject o => o["type"] is JsonValue type && type.TryGetValue<string>(out var name)
            && name is "record" or "enum" or "fixed" or "array" or "map" or "string" or "bytes" or "int" or "long" or "float" or "double" or "boolean" or "null",
        JsonArray => true,
        JsonValue value => value.TryGetValue<string>(out _),
        _ => false,
    };

    private static JsonObject Describe(SchemaVersion version) => new()
    {
        ["subject"] = version.Subject,
        ["version"] = version.Version,
        ["id"] = version.Id,
        ["schema"] = version.Schema,
        ["schemaType"] = "AVRO",
        ["references"] = new JsonArray(),
    };

    private static IResult Invalid() => Results.Json(new { error_code = 42201, message = "The schema is not valid Avro." }, statusCode: 422);

    private static IResult NoSubject(string subject) => NotFound(40401, $"Subject '{subject}' not found.");

    private static IResult NotFound(int code, string message) => Results.Json(new { error_code = code, message }, statusCode: 404);
}
